/**
 * Calls the services behind the gateway. Each attempt has a timeout; a call that may be repeated is repeated once after
 * a short random pause, when no answer came in time or the answer was a 5xx. What remains an error becomes a Problem:
 * 503 when the service is not there, 504 when it is too slow, 502 when its answer makes no sense.
 */

import { setTimeout as pause } from 'node:timers/promises'
import { Problem } from '@demo/chassis'
import type { Observe } from '@lab/observe'
import type { z } from 'zod'
import { type Answer, attempt, type Failure } from './attempt.ts'

export type UpstreamName = 'orders' | 'inventory' | 'payments' | 'notifier'

export interface Call<Schema extends z.ZodType> {
  readonly path: string
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** What a 2xx answer has to look like; anything else is the service's error. */
  readonly schema: Schema
  /** Milliseconds for one attempt, where it is not the upstream's usual time. */
  readonly timeout?: number
  /** Whether a second attempt does no harm. Default: true; a POST needs an idempotency key for that. */
  readonly repeatable?: boolean
}

/** Longest pause before the second attempt, in milliseconds. */
const maxPause = 200
const retryAfterSeconds = 2

export interface UpstreamOptions {
  readonly name: UpstreamName
  readonly url: string
  /** Milliseconds for one attempt. */
  readonly timeout: number
  readonly obs: Observe
}

export class Upstream {
  readonly name: UpstreamName
  readonly #url: string
  readonly #timeout: number
  readonly #obs: Observe

  constructor({ name, url, timeout, obs }: UpstreamOptions) {
    this.name = name
    this.#url = url
    this.#timeout = timeout
    this.#obs = obs
  }

  /** The answer's body. Throws a Problem: the service's own for a 4xx, else one that says what is wrong with it. */
  async call<Schema extends z.ZodType>(call: Call<Schema>): Promise<z.output<Schema>> {
    const { schema, repeatable = true } = call
    let outcome = await this.#attempt(call)
    if (repeatable && isWorthRepeating(outcome)) {
      this.#obs.log.warn({ upstream: this.name, path: call.path, reason: describe(outcome) }, 'repeating a call')
      await pause(Math.random() * maxPause)
      outcome = await this.#attempt(call)
    }
    if (outcome.kind !== 'answer') throw this.#silence(outcome)
    if (outcome.status >= 400) throw this.#refusal(outcome)
    const result = schema.safeParse(outcome.body)
    if (result.success) return result.data
    const message = `The service ${this.name} gave an answer that makes no sense. Try again later.`
    throw new Problem(502, 'bad_upstream_answer', message, { cause: result.error })
  }

  #attempt({ path, method = 'GET', headers = {}, body, timeout = this.#timeout }: Call<z.ZodType>) {
    return attempt(new URL(path, this.#url), { method, headers, body, timeout })
  }

  #silence({ kind, cause }: Failure): Problem {
    const options = { retryAfterSeconds, cause }
    if (kind === 'timeout') {
      const message = `The service ${this.name} took too long to answer. Try again in a moment.`
      return new Problem(504, 'upstream_timeout', message, options)
    }
    const message = `The service ${this.name} cannot be reached. Try again in a moment.`
    return new Problem(503, 'upstream_unavailable', message, options)
  }

  #refusal({ status, error, retryAfter }: Answer): Problem {
    const { code, message, details } = error
    const options = { ...(details && { details }), ...(retryAfter !== undefined && { retryAfterSeconds: retryAfter }) }
    if (status < 500) {
      return new Problem(status, code ?? 'refused', message ?? `The service ${this.name} refused the request.`, options)
    }
    return new Problem(
      status === 503 || status === 504 ? status : 502,
      code === undefined || code === 'internal' ? 'upstream_failed' : code,
      message ?? `The service ${this.name} failed. Try again in a moment.`,
      { retryAfterSeconds, ...options },
    )
  }
}

/** A service that names a time to come back is not asked again at once. */
function isWorthRepeating(outcome: Answer | Failure): boolean {
  return outcome.kind !== 'answer' || (outcome.status >= 500 && outcome.retryAfter === undefined)
}

function describe(outcome: Answer | Failure): string {
  return outcome.kind === 'answer' ? `status ${outcome.status}` : outcome.kind
}
