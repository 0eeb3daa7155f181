/**
 * Calls the services behind the gateway. What is left of an error becomes a Problem: 503 when the service is not there, 504 when
 * it is too slow, 502 when its answer makes no sense.
 */

import { type Answer, HttpClient, type NoAnswer, Problem } from '@demo/chassis'
import type { Observe } from '@lab/observe'
import type { z } from 'zod'

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
  readonly #client: HttpClient

  constructor({ name, url, timeout, obs }: UpstreamOptions) {
    this.name = name
    this.#client = new HttpClient({
      url,
      timeoutMs: timeout,
      onRepeat: (path, reason) => obs.log.warn({ upstream: name, path, reason }, 'repeating a call'),
    })
  }

  /** The answer's body. Throws a Problem: the service's own for a 4xx, else one that says what is wrong with it. */
  async call<Schema extends z.ZodType>({ schema, timeout, ...call }: Call<Schema>): Promise<z.output<Schema>> {
    const answer = await this.#client.call({ ...call, ...(timeout !== undefined && { timeoutMs: timeout }) })
    if (answer.kind !== 'answer') throw this.#unanswered(answer)
    if (answer.status >= 400) throw this.#refusal(answer)
    const result = schema.safeParse(answer.body)
    if (result.success) return result.data
    const message = `The service ${this.name} gave an answer that makes no sense. Try again later.`
    throw new Problem(502, 'bad_upstream_answer', message, { cause: result.error })
  }

  #unanswered({ kind, cause }: NoAnswer): Problem {
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

export type Upstreams = Readonly<Record<UpstreamName, Upstream>>

/** Milliseconds that one attempt may take. */
export interface Timeouts {
  readonly reading: number
  readonly placingOrder: number
  readonly receipt: number
  readonly status: number
}
