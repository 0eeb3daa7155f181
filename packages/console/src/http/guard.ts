/**
 * Who may talk to the console. On loopback the danger is the user's own browser: a page on the web may point a name of its own
 * at 127.0.0.1 (so the Host header must be a name of this machine) or post here from elsewhere (so a foreign Origin is refused).
 * Off loopback everyone needs the token besides.
 */

import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'

export interface Guard {
  /** Needed where the console listens beyond loopback. */
  token: string | null
  /** Names under which it may be called besides the loopback ones; every IP address is one, as DNS cannot rebind it. */
  names: ReadonlySet<string>
}

export interface Refusal {
  status: 401 | 403
  reason: string
}

export const COOKIE_NAME = 'observe_console_token'

/** `allowOrigin` says whether a request of a page from another origin may pass; it is never asked for our own pages. */
export function refuse(
  guard: Guard,
  headers: IncomingHttpHeaders,
  allowOrigin: (origin: URL) => boolean,
): Refusal | undefined {
  const host = hostOf(headers.host)
  if (host === undefined || !isOurs(host, guard)) {
    const reason = `Host ${JSON.stringify(headers.host ?? '')} is not this console. Use localhost or an IP address, or start it with --host NAME.`
    return { status: 403, reason }
  }
  const { origin } = headers
  if (origin !== undefined && !isSame(origin, headers.host) && !passes(origin, allowOrigin)) {
    return { status: 403, reason: `Requests from pages of ${origin} are not allowed.` }
  }
  if (guard.token === null || isToken(guard.token, headers)) return undefined
  return {
    status: 401,
    reason: 'A token is needed: open the link that the console printed, or send it as "Authorization: Bearer TOKEN".',
  }
}

/** A page of this machine, under any port: a developer's own browser app, which may send telemetry. */
export function isLoopback(origin: URL): boolean {
  return isLoopbackName(origin.hostname.replace(/^\[|\]$/g, ''))
}

export function isLoopbackName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

function isOurs(host: string, { names }: Guard): boolean {
  return isLoopbackName(host) || isIP(host) !== 0 || names.has(host)
}

function hostOf(header: string | undefined): string | undefined {
  if (!header || !URL.canParse(`http://${header}`)) return undefined
  return new URL(`http://${header}`).hostname.replace(/^\[|\]$/g, '')
}

function isSame(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host
}

function passes(origin: string, allowOrigin: (origin: URL) => boolean): boolean {
  return URL.canParse(origin) && allowOrigin(new URL(origin))
}

function isToken(token: string, headers: IncomingHttpHeaders): boolean {
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1]
  const cookie = headers.cookie
    ?.split(';')
    .map((pair) => pair.trim().split('='))
    .find(([name]) => name === COOKIE_NAME)?.[1]
  return [bearer, cookie].some((given) => given !== undefined && isEqual(given, token))
}

export function isEqual(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)]
  return a.length === b.length && timingSafeEqual(a, b)
}
