/**
 * Calls a service that an order needs. Every call that orders makes is idempotent by order id, so that a second attempt does no
 * harm.
 */

import { type Answer, HttpClient, type NoAnswer, Problem } from '@demo/chassis'

export interface Call {
  method: 'POST' | 'DELETE'
  path: string
  body?: unknown
}

/** Attempts of the weakness `eager-retry`, one right after the other: a service that fails gets five times its load. */
const EAGER_ATTEMPTS = 5

export class Dependency {
  readonly #name: string
  readonly #client: HttpClient
  readonly #isEager: () => boolean

  /** @param timeoutMs of each attempt, answer included */
  constructor(name: string, url: string, timeoutMs: number, isEager: () => boolean) {
    this.#name = name
    this.#isEager = isEager
    this.#client = new HttpClient({ url, timeoutMs })
  }

  /** The body of a success. Throws the Problem that the service answered, or a 503 where it did not answer well. */
  async call(call: Call): Promise<unknown> {
    const answer = await (this.#isEager() ? this.#callEagerly(call) : this.#client.call(call))
    if (answer.kind !== 'answer') throw this.#unavailable(answer.cause)
    const { status, body, error } = answer
    if (status < 400) return body
    const { code, message, details } = error
    if (status >= 500 || code === undefined || message === undefined) {
      throw this.#unavailable(
        new Error(`${call.method} ${call.path} answered ${status}: ${message ?? 'no reason given'}`),
      )
    }
    throw new Problem(status, code, message, details && { details })
  }

  async #callEagerly(call: Call): Promise<Answer | NoAnswer> {
    const once = { ...call, repeatable: false }
    let last = await this.#client.call(once)
    for (let attempt = 1; attempt < EAGER_ATTEMPTS && isFailure(last); attempt += 1)
      last = await this.#client.call(once)
    return last
  }

  #unavailable(cause: unknown): Problem {
    const message = `The order was not placed, because ${this.#name} is not available. Nothing was charged; try again.`
    return new Problem(503, 'dependency_unavailable', message, {
      details: { dependency: this.#name },
      retryAfterSeconds: 5,
      cause,
    })
  }
}

function isFailure(result: Answer | NoAnswer): boolean {
  return result.kind !== 'answer' || result.status >= 500
}
