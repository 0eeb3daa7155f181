/**
 * Calls another service: bounded in time, and tried a second time where the first came to nothing. Every call that orders
 * makes is idempotent by order id, so that a second try can do no harm.
 */

import { setTimeout as wait } from 'node:timers/promises'
import { Problem } from '@demo/chassis'
import { z } from 'zod'

export interface Call {
  method: 'POST' | 'DELETE'
  path: string
  body?: unknown
}

export interface Answer {
  status: number
  body: unknown
}

const retryAfterMs = { least: 50, most: 250 }
/** Attempts of the weakness `eager-retry`, one right after the other: a service that fails gets five times its load. */
const EAGER_ATTEMPTS = 5

const problemBody = z.object({
  error: z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()).optional() }),
})

export class Dependency {
  readonly #name: string
  readonly #url: string
  readonly #timeoutMs: number
  readonly #isEager: () => boolean

  /** @param timeoutMs of each try, answer included */
  constructor(name: string, url: string, timeoutMs: number, isEager: () => boolean) {
    this.#name = name
    this.#url = url
    this.#timeoutMs = timeoutMs
    this.#isEager = isEager
  }

  /** The answer of a success. Throws the Problem that the service answered, or a 503 when it did not answer well twice. */
  async call(call: Call): Promise<Answer> {
    const answer = await (this.#isEager() ? this.#callEagerly(call) : this.#callTwice(call))
    if (answer.status < 400) return answer
    const problem = problemBody.safeParse(answer.body)
    if (!problem.success) throw this.#down(new Error(`${call.method} ${call.path} answered ${answer.status}`))
    const { code, message, details } = problem.data.error
    throw new Problem(answer.status, code, message, details && { details })
  }

  async #callTwice(call: Call): Promise<Answer> {
    const first = await this.#try(call)
    if (isAnswer(first)) return first
    const { least, most } = retryAfterMs
    await wait(least + Math.random() * (most - least))
    const second = await this.#try(call)
    if (isAnswer(second)) return second
    throw this.#down(second)
  }

  async #callEagerly(call: Call): Promise<Answer> {
    let last: Answer | Error = new Error('not called')
    for (let attempt = 0; attempt < EAGER_ATTEMPTS; attempt += 1) {
      last = await this.#try(call)
      if (isAnswer(last)) return last
    }
    throw this.#down(last)
  }

  /** The answer, or the error that stands for none or for a 5xx. */
  async #try({ method, path, body }: Call): Promise<Answer | Error> {
    try {
      const response = await fetch(`${this.#url}${path}`, {
        method,
        signal: AbortSignal.timeout(this.#timeoutMs),
        ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      })
      const text = await response.text()
      if (response.status >= 500)
        return new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 200)}`)
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }

  #down(cause: Error): Problem {
    const message = `The order was not placed, because ${this.#name} is not available. Nothing was charged; try again.`
    return new Problem(503, 'dependency_unavailable', message, {
      details: { dependency: this.#name },
      retryAfterSeconds: 5,
      cause,
    })
  }
}

function isAnswer(result: Answer | Error): result is Answer {
  return !(result instanceof Error)
}
