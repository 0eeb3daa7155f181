/**
 * Whether a request that changes something may come from a page of a browser. A page can point a name of its own at 127.0.0.1 (DNS
 * rebinding) and then call the admin port as if it were its own server; a tool of an operator sends no Origin.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import { hostname } from 'node:os'

/** Ends of names that no website has (RFC 6761, RFC 6762, and the clusters'). */
const PRIVATE = /\.(?:localhost|local|internal|svc)$/

/** The reason to refuse the request; `undefined` where it may pass. */
export function refusalOf({ host, origin }: IncomingHttpHeaders): string | undefined {
  const name = nameIn(host)
  if (name === undefined || !isOwn(name)) {
    return `Host "${host ?? ''}" may be a name that a website chose. Use localhost, an IP address or the name of the machine.`
  }
  if (origin !== undefined) return 'Pages of a browser may not change the level.'
  return undefined
}

function nameIn(host: string | undefined): string | undefined {
  const url = host === undefined ? null : URL.parse(`http://${host}`)
  return url?.hostname.replace(/^\[|\]$/g, '')
}

/** A name without a dot belongs to the machine, its containers or its cluster. */
function isOwn(name: string): boolean {
  return isIP(name) !== 0 || !name.includes('.') || PRIVATE.test(name) || name === hostname().toLowerCase()
}
