/**
 * An exchange that is not answered yet, and how it is found by its response.
 */
import type { Exchange } from './exchange.ts'
import type { Entry } from './open-list.ts'
import type { ResponseOrStream } from './response-state.ts'

/** An open exchange, and the response that ends it. */
export interface Open extends Entry {
  readonly exchange: Exchange
  readonly response: ResponseOrStream
  /** Unsubscribes a pipelined response from its connection. */
  unfollow?: () => void
}

/** A response with its exchange. The symbol differs for each `Observe`, since several may observe one request. */
export type WithExchange = { [slot: symbol]: Open | undefined }
