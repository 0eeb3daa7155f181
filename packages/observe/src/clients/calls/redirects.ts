/**
 * Which requests go out again because of a redirect. `fetch` and the clients on node:http follow a redirect by a request of
 * its own, in the context of the first: the same trace, each with its own span, distinguished by `http.request.resend_count`.
 */
import type { Context } from '@opentelemetry/api'

/** Redirects that are not followed are forgotten with their context; in one that lives long, the oldest are. */
const MAX_WAITING = 100

export class Redirects {
  readonly #waiting = new WeakMap<Context, Map<string, number>>()

  /** A response has sent its caller on to `target`. */
  add(context: Context, target: URL, resendCount: number): void {
    const waiting = this.#waiting.get(context) ?? new Map<string, number>()
    this.#waiting.set(context, waiting)
    const [oldest] = waiting.keys()
    if (waiting.size >= MAX_WAITING && oldest !== undefined) waiting.delete(oldest)
    // The fragment is not sent.
    waiting.set(target.origin + target.pathname + target.search, resendCount)
  }

  /** How often a request for this path with its query was sent before; 0 for one that is no redirect. */
  take(context: Context, origin: string, path: string): number {
    const waiting = this.#waiting.get(context)
    if (waiting === undefined) return 0
    const count = waiting.get(origin + path)
    if (count === undefined) return 0
    waiting.delete(origin + path)
    return count
  }
}
