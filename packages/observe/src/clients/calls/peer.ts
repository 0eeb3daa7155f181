/**
 * The server that a request is sent to, as span and metric name it.
 */
import type { CallOutcome } from './call-outcome.ts'

/** Origins that are kept; a program that calls the whole world has them parsed again. */
const MAX_KEPT = 1000

export class Origin {
  /** `https://api.example.com:8443` */
  readonly text: string
  readonly address: string
  readonly port: number
  /** Filled with how the last call to it ended. */
  lastOutcome: CallOutcome | undefined

  constructor({ origin, hostname, port, protocol }: URL) {
    this.text = origin
    // Brackets around an IPv6 address belong to the URL alone.
    this.address = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
    if (port !== '') this.port = Number(port)
    else this.port = protocol === 'https:' ? 443 : 80
  }
}

const known = new Map<string, Origin>()

/**
 * The origin of a URL. `key` is whatever it was found out from, and gives the same origin the next time.
 *
 * @throws TypeError where `parse` gives no URL
 */
export function originOf(key: string, parse: (key: string) => URL = (text) => new URL(text)): Origin {
  const kept = known.get(key)
  if (kept !== undefined) return kept
  const origin = new Origin(parse(key))
  if (known.size >= MAX_KEPT) known.clear()
  known.set(key, origin)
  return origin
}
