/**
 * What a span counts as. A request is a span that somebody waited for at the service's edge: a server or consumer span, or
 * a root (a script, a job, a load generator). A call goes the other way, to a database, a queue or another service.
 * Names follow the semantic conventions, the stable ones first and those before them second.
 */

import type { Attributes } from '../api/contract.ts'
import { textOf } from '../receiver/attributes.ts'
import type { SpanRecord } from '../receiver/record.ts'

export const server = 2
export const client = 3
export const producer = 4
export const consumer = 5

export function isRequest(span: SpanRecord): boolean {
  return span.kind === server || span.kind === consumer || span.parentId.length === 0
}

/** `GET /orders/:id` where the span knows its route, else the span's name, which for RPC and messaging is what is called. */
export function routeOf({ attributes, name }: SpanRecord): string {
  const route = first(attributes, 'http.route')
  if (!route) return name
  const method = first(attributes, 'http.request.method', 'http.method')
  return method ? `${method} ${route}` : route
}

/** An error by its status, or a server span that answered 5xx although its instrumentation did not say so. */
export function isError({ status, kind, attributes }: SpanRecord): boolean {
  if (status === 2) return true
  return kind === server && Number(attributes['http.response.status_code'] ?? attributes['http.status_code']) >= 500
}

/** A place on the map, as `kind:name`. */
export type Node = `${'service' | 'database' | 'queue' | 'external'}:${string}`

export function serviceNode(service: string): Node {
  return `service:${service}`
}

/** The database that a client span calls, else undefined. */
export function databaseOf({ kind, attributes }: SpanRecord): Node | undefined {
  if (kind !== client) return undefined
  const system = first(attributes, 'db.system.name', 'db.system')
  if (!system) return undefined
  const name = first(attributes, 'db.namespace', 'db.name') ?? first(attributes, 'server.address', 'net.peer.name')
  return `database:${name ? `${system} ${name}` : system}`
}

/** The queue that a span writes to or reads from, else undefined. */
export function queueOf({ kind, attributes }: SpanRecord): Node | undefined {
  if (kind !== producer && kind !== consumer) return undefined
  const name = first(attributes, 'messaging.destination.name', 'messaging.destination')
  return name ? `queue:${name}` : undefined
}

/** Where a client span says it went: what stands on the map when nobody over there sends spans. */
export function addressOf({ attributes }: SpanRecord): Node | undefined {
  const host = first(attributes, 'peer.service', 'server.address', 'net.peer.name', 'rpc.service') ?? hostOf(attributes)
  if (!host) return undefined
  const port = first(attributes, 'server.port', 'net.peer.port')
  return `external:${port && !host.includes(':') ? `${host}:${port}` : host}`
}

function hostOf(attributes: Attributes): string | undefined {
  const url = first(attributes, 'url.full', 'http.url')
  return url && URL.canParse(url) ? new URL(url).host : undefined
}

export function first(attributes: Attributes, ...keys: string[]): string | undefined {
  for (const key of keys) {
    const value = attributes[key]
    if (value !== undefined && value !== null && value !== '') return textOf(value)
  }
  return undefined
}
