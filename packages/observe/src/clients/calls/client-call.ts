/**
 * One request to another service, from its headers to the end of its response.
 */
import type { Attributes, Context, Span } from '@opentelemetry/api'
import { attribute, OTHER } from '../../conventions/names.ts'
import { withoutQuery } from '../../conventions/url-path.ts'
import { monotonicMs } from '../../time/clock.ts'
import type { CallStart } from '../../traces/traces.ts'
import { type Origin, originOf } from './peer.ts'

export interface Target {
  method: string
  origin: Origin
  /** With its query. */
  path: string
}

/** What records a call. */
interface CallOwner {
  /** The caller may follow a redirect to `location`. */
  redirected(call: ClientCall, location: string): void
  /** The call has ended. */
  end(call: ClientCall, error: unknown, endedMs: number): void
}

export class ClientCall implements CallStart {
  readonly target: Target
  /** The value of the label. */
  readonly method: string
  readonly context: Context
  /** How often it was sent before. */
  readonly resendCount: number
  readonly startedMs = monotonicMs()
  span: Span | undefined
  status: number | undefined
  readonly #owner: CallOwner
  #respondedMs: number | undefined
  #ended = false

  constructor(owner: CallOwner, target: Target, method: string, context: Context, resendCount: number) {
    this.#owner = owner
    this.target = target
    this.method = method
    this.context = context
    this.resendCount = resendCount
  }

  /** Credentials and the query string are not recorded. */
  get url(): string {
    const { origin, path } = this.target
    return origin.text + withoutQuery(path)
  }

  /** Whether the span has attributes that hardly any other has. */
  get isUnusual(): boolean {
    return this.resendCount > 0 || this.method === OTHER
  }

  get unusualAttributes(): Attributes {
    return {
      ...(this.method === OTHER && { [attribute.methodOriginal]: this.target.method }),
      ...(this.resendCount > 0 && { [attribute.resendCount]: this.resendCount }),
    }
  }

  describe(): { name: string; attributes: Attributes } {
    const attributes = { ...attributesOf(this.method, this.target.origin), ...this.unusualAttributes }
    return { name: spanNameOf(this.method), attributes }
  }

  /** @param location the header of that name, where the caller may follow it */
  responded(status: number, location?: string | undefined): void {
    this.status = status
    this.#respondedMs = monotonicMs()
    if (location !== undefined) this.#owner.redirected(this, location)
  }

  /** Ends the call as of its headers: the caller does not read the body. */
  endUnread(): void {
    this.end(undefined, this.#respondedMs)
  }

  /**
   * Only the first call counts.
   *
   * @param given what failed; what the caller itself aborted is no error
   * @param endedMs a reading of the monotonic clock
   */
  end(given?: unknown, endedMs = monotonicMs()): void {
    if (this.#ended) return
    this.#ended = true
    this.#owner.end(this, isAbort(given) ? undefined : given, endedMs)
  }
}

export function isRedirect(status: number): boolean {
  return status >= 300 && status <= 399
}

export function spanNameOf(method: string): string {
  return method === OTHER ? 'HTTP' : method
}

/** What spans of all calls to an origin have. */
export function attributesOf(method: string, { address, port }: Origin): Attributes {
  return { [attribute.method]: method, [attribute.serverAddress]: address, [attribute.serverPort]: port }
}

/** A path in the origin form goes to the peer; the other forms name their origin themselves (RFC 9112, 3.2). */
export function targetOf(method: string, path: string, peer: () => Origin): Target {
  if (path.startsWith('/')) return { method, origin: peer(), path }
  const url = ABSOLUTE.test(path) ? URL.parse(path) : null
  if (url === null) return { method, origin: peer(), path: '/' }
  return { method, origin: originOf(url.origin), path: url.pathname + url.search }
}

const ABSOLUTE = /^https?:\/\//i

/** What `AbortController.abort()` gives; a time-out of `AbortSignal.timeout()` has another name. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}
