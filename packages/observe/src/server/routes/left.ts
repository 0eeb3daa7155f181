/**
 * The route that a framework leaves on Node's own request, read when the response has ended: of Express 4 and 5, restify and Connect. Nothing of theirs is patched.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ResponseOrStream } from '../response-state.ts'
import { connectMount } from './connect.ts'
import { isExpress, mountTemplateOf } from './express-mount.ts'
import { type App, type Route, templateOf } from './express-template.ts'

/** A request as one of these frameworks has extended it. */
interface LeftRequest extends IncomingMessage {
  app?: App
  route?: Route
  originalUrl?: string
  baseUrl?: unknown
  /** restify. */
  getRoute?: unknown
}

/** The template, such as `/users/:id` or the path that a middleware is mounted under; `undefined` where nothing says so. */
export function routeLeftOn(response: ResponseOrStream): string | undefined {
  try {
    return readRoute(response)
  } catch (error) {
    if (!warned) process.emitWarning(`the route of a request cannot be read: ${error}`, '@lab/observe')
    warned = true
    return undefined
  }
}

let warned = false

function readRoute(response: ResponseOrStream): string | undefined {
  if (!('req' in response)) return undefined
  const request = (response as ServerResponse<LeftRequest>).req
  const { app, route, originalUrl = request.url, baseUrl } = request
  if (isExpress(app)) {
    if (route !== undefined) return templateOf(app, route, originalUrl)
    return typeof baseUrl === 'string' && baseUrl !== '' ? mountTemplateOf(app, baseUrl, originalUrl) : undefined
  }
  if (typeof request.getRoute === 'function') return textOf(route?.path)
  return request.originalUrl === undefined ? undefined : connectMount(request)
}

function textOf(path: unknown): string | undefined {
  return typeof path === 'string' || path instanceof RegExp ? String(path) : undefined
}
