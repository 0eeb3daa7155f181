/**
 * Who may talk to the console. On loopback the danger is the user's own browser: a page on the web may point a name of its own
 * at 127.0.0.1 (so the Host header must be a name of this machine) or post here from elsewhere (so other origins are refused
 * unless allowed). Beyond loopback every caller needs the token; with the right one any name of the console will do.
 */

import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'

export interface Guard {
  /** Needed where the console listens beyond loopback. */
  token: string | null
  /** Names under which it may be called besides the loopback ones; every IP address is one, as DNS cannot rebind it. */
  names: ReadonlySet<string>
  /** Origins whose pages may send telemetry without the token; `*` for all. */
  origins: ReadonlySet<string>
}

export interface Refusal {
  status: 401 | 403
  reason: string
}

export const COOKIE_NAME = 'observe_console_token'

/** `reads` is false for the receiver: pages of an allowed origin may send telemetry, and never read what is stored. */
export function refuse(guard: Guard, headers: IncomingHttpHeaders, { reads }: { reads: boolean }): Refusal | undefined {
  const { host, origin } = headers
  const bearer = guard.token !== null && isEqual(bearerOf(headers), guard.token)
  const entitled = guard.token === null || bearer || isEqual(cookieOf(headers), guard.token)
  if (!(isOurs(hostOf(host), guard) || (guard.token !== null && entitled))) {
    const name = JSON.stringify(host ?? '')
    return {
      status: 403,
      reason: `Host ${name} is not this console. Use localhost or an IP address, or start it with --allow-host NAME.`,
    }
  }
  // A cookie proves nothing here: a browser sends it with the requests of other local pages, too.
  if (origin !== undefined && !isSame(origin, host) && (reads || !(bearer || isAllowed(origin, guard)))) {
    const advice = reads ? '' : ` Start the console with --allow-origin ${origin} to let them send.`
    return { status: 403, reason: `Requests from pages of ${origin} are not allowed.${advice}` }
  }
  if (entitled) return undefined
  return {
    status: 401,
    reason: 'A token is needed: open the link that the console printed, or send it as "Authorization: Bearer TOKEN".',
  }
}

/** Of a header as senders write it; true where none is needed. */
export function hasToken({ token }: Guard, authorization: string): boolean {
  return token === null || isEqual(bearerOf({ authorization }), token)
}

/** Pages of this origin may send telemetry without the token. */
export function isAllowed(origin: string, { origins }: Guard): boolean {
  return origins.has('*') || origins.has(origin)
}

export function isLoopbackName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

function isOurs(host: string | undefined, { names }: Guard): boolean {
  if (host === undefined) return false
  return isLoopbackName(host) || isIP(host) !== 0 || names.has(host)
}

function hostOf(header: string | undefined): string | undefined {
  if (!header || !URL.canParse(`http://${header}`)) return undefined
  return new URL(`http://${header}`).hostname.replace(/^\[|\]$/g, '')
}

function isSame(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host
}

/** The environment variable of the exporters is URL-encoded, and not every SDK decodes it. */
function bearerOf({ authorization = '' }: IncomingHttpHeaders): string {
  return /^Bearer(?: |%20)(.+)$/i.exec(authorization)?.[1] ?? ''
}

function cookieOf({ cookie = '' }: IncomingHttpHeaders): string {
  const pairs = cookie.split(';').map((pair) => pair.trim().split('='))
  return pairs.find(([name]) => name === COOKIE_NAME)?.[1] ?? ''
}

export function isEqual(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)]
  return a.length === b.length && timingSafeEqual(a, b)
}
