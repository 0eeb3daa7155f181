/**
 * The console's own server: the queries of the contract, live updates, and the page. Everything it sends carries a strict
 * Content-Security-Policy, and nothing is sent before the guard has let the request in.
 */

import { existsSync } from 'node:fs'
import type { Server } from 'node:http'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { setCookie } from 'hono/cookie'
import { secureHeaders } from 'hono/secure-headers'
import type { Problem } from '../contract/contract.ts'
import { COOKIE_NAME, type Guard, isEqual, refuse } from '../http/guard.ts'
import { BadFilter } from '../store/search/filter.ts'
import { type Answers, NotFound } from './answers.ts'
import type { Live } from './live.ts'
import { BadParameter } from './parameters.ts'
import { styleSource, tokenPage } from './token-page.ts'

export interface ServerOptions {
  guard: Guard
  answers: Answers
  live: Live
  /** Answers `/mcp`; null where agents are not answered. */
  mcp: ((request: Request) => Promise<Response>) | null
  /** The built page. */
  webFolder: string
  onFailed: (error: unknown) => void
}

type Env = { Bindings: HttpBindings }

export function createApiServer({ guard, answers, live, mcp, webFolder, onFailed }: ServerOptions): Server {
  const app = new Hono<Env>()
  app.use(headers)
  app.use(signIn(guard), guarded(guard))
  for (const [path, answer] of Object.entries(answers)) {
    app.get(path, async (context) => context.json(await answer(context.req.query())))
  }
  app.get('/api/live', (context) => live.open(context))
  app.all('/mcp', (context) => (mcp ? mcp(context.req.raw) : context.json(problem(NO_AGENTS), 403)))
  app.all('/api/*', (context) =>
    context.json(problem(`There is no query ${context.req.method} ${context.req.path}.`), 404),
  )
  app.use(page(webFolder))
  app.onError((error, context) => {
    if (error instanceof BadParameter || error instanceof BadFilter) return context.json(problem(error.message), 400)
    if (error instanceof NotFound) return context.json(problem(error.message), 404)
    onFailed(error)
    return context.json(problem(`The console failed to answer: ${error.message}.`), 500)
  })
  // Without options for HTTP/2 the adaptor creates a plain HTTP server.
  return createAdaptorServer({ fetch: app.fetch }) as Server
}

const NO_AGENTS = 'Beyond loopback the console answers agents only when it is started with --mcp.'

const own = ["'self'"]

const headers: MiddlewareHandler = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: own,
    styleSrc: [...own, styleSource],
    imgSrc: [...own, 'data:'],
    fontSrc: own,
    connectSrc: own,
    baseUri: ["'none'"],
    formAction: own,
    frameAncestors: ["'none'"],
  },
  crossOriginResourcePolicy: 'same-origin',
  xFrameOptions: 'DENY',
  referrerPolicy: 'no-referrer',
  // The console speaks plain HTTP; no header may make a browser insist on HTTPS for localhost.
  strictTransportSecurity: false,
})

/** The link that the console prints carries the token once; it becomes a cookie, and leaves the address. */
function signIn({ token }: Guard): MiddlewareHandler<Env> {
  return async function signInByLink(context, next) {
    const given = context.req.query('token')
    if (token === null || given === undefined || !isEqual(given, token)) return next()
    setCookie(context, COOKIE_NAME, token, { httpOnly: true, sameSite: 'Strict', path: '/' })
    const kept = new URLSearchParams(withoutToken(context)).toString()
    const path = ownPath(context)
    return context.redirect(kept ? `${path}?${kept}` : path)
  }
}

/** A path that begins with two slashes would be an address of another host. */
function ownPath({ req }: Context): string {
  return req.path.replace(/^[/\\]+/, '/')
}

function withoutToken(context: Context): [name: string, value: string][] {
  return Object.entries(context.req.query()).filter(([name]) => name !== 'token')
}

function guarded(guard: Guard): MiddlewareHandler<Env> {
  return async function checkCaller(context, next) {
    const refusal = refuse(guard, context.env.incoming.headers, { reads: true })
    if (!refusal) return next()
    if (refusal.status === 401 && context.req.header('accept')?.includes('text/html')) {
      const wrong = context.req.query('token') !== undefined
      return context.html(tokenPage(ownPath(context), withoutToken(context), wrong), 401)
    }
    return context.json(problem(refusal.reason), refusal.status)
  }
}

/** Files of the page, cached for good where their name says what is in them; any other address is the page itself. */
function page(root: string): MiddlewareHandler {
  if (!existsSync(root)) {
    return async (context) =>
      context.text('The page is not built. Run "pnpm build" in packages/console, or use "vite".', 404)
  }
  const cache = (path: string) => (path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
  const file = serveStatic({ root, onFound: (path, context) => void context.header('cache-control', cache(path)) })
  const index = serveStatic({
    root,
    path: 'index.html',
    onFound: (_, context) => void context.header('cache-control', 'no-cache'),
  })
  return async function servePage(context, next) {
    const answer = await file(context, async () => undefined)
    return answer ?? index(context, next)
  }
}

function problem(error: string): Problem {
  return { error }
}
