/**
 * Says in the log what an operator should know of a delivery: once for each change, not once for each request.
 */
import { type Endpoint, shownUrl } from '../settings/otlp-settings.ts'

/** Where the messages go. */
export interface Notices {
  warn(message: string): void
  info(message: string): void
}

export class DeliveryLog {
  readonly #signal: string
  readonly #endpoint: Endpoint
  readonly #notices: Notices
  #state: 'accepting' | 'unreachable' | 'refusing' = 'accepting'
  #warnedOfInvalid = false
  #warnedOfFailure = false
  /** The last warning of an endpoint that accepted everything. */
  #warning = ''

  constructor(signal: string, endpoint: Endpoint, notices: Notices) {
    this.#signal = signal
    this.#endpoint = endpoint
    this.#notices = notices
  }

  /** The endpoint cannot be reached, or asks to be called again later. */
  unreachable(reason: string, maxQueue: number): void {
    if (this.#state === 'unreachable') return
    this.#state = 'unreachable'
    const kept = `up to ${maxQueue} are kept and sent when it answers`
    this.#notices.warn(`cannot deliver ${this.#signal} to ${shownUrl(this.#endpoint)}: ${reason}; ${kept}`)
  }

  /** The endpoint answered and did not accept some records. */
  refused(count: number, reason: string): void {
    if (this.#state === 'refusing') return
    this.#state = 'refusing'
    this.#notices.warn(`${shownUrl(this.#endpoint)} refused ${count} ${this.#signal}: ${reason}`)
  }

  /** The endpoint accepted everything, perhaps with a warning (OTLP specification, "Partial Success"). */
  accepted(lost: number, warning: string): void {
    if (this.#state !== 'accepting') {
      this.#state = 'accepting'
      this.#notices.info(`${shownUrl(this.#endpoint)} takes ${this.#signal} again; lost since start: ${lost}`)
    }
    if (warning !== '' && warning !== this.#warning) {
      this.#notices.warn(`${shownUrl(this.#endpoint)} accepted the ${this.#signal} with a warning: ${warning}`)
    }
    this.#warning = warning
  }

  /** The records cannot be collected. */
  failed(reason: string): void {
    if (this.#warnedOfFailure) return
    this.#warnedOfFailure = true
    this.#notices.warn(`the ${this.#signal} of one collection are lost: ${reason}`)
  }

  /** A record cannot be encoded. */
  invalid(reason: string): void {
    if (this.#warnedOfInvalid) return
    this.#warnedOfInvalid = true
    this.#notices.warn(
      `a record of the ${this.#signal} cannot be encoded and is left out: ${reason}; ` +
        'further ones are only counted, in observe_dropped_total{reason="invalid"}',
    )
  }
}
