/**
 * Calls another service over HTTP. Each attempt has a timeout, body included. Where no answer came in time or the answer was a
 * 5xx, the call is repeated once after a short random pause, unless the service names a time to come back.
 */

import ky, { isHTTPError, isTimeoutError, type KyInstance, type Options, type ShouldRetryState } from 'ky'
import { z } from 'zod'

export interface HttpCall {
  readonly path: string
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: unknown
  /** Milliseconds for one attempt, where it is not the client's usual time. */
  readonly timeoutMs?: number
  /** Whether a second attempt does no harm. Default: true; a POST needs a key for that. */
  readonly repeatable?: boolean
}

export interface Answer {
  readonly kind: 'answer'
  readonly status: number
  /** The JSON of the body; undefined where it is none. */
  readonly body: unknown
  /** What the service says about its error, as far as it says it in the shop's shape. */
  readonly error: ErrorBody['error']
  /** Seconds, from the header Retry-After. */
  readonly retryAfter: number | undefined
}

export interface NoAnswer {
  readonly kind: 'timeout' | 'unreachable'
  readonly cause: unknown
}

export interface HttpClientOptions {
  readonly url: string
  /** Milliseconds for one attempt. */
  readonly timeoutMs: number
  /** Called before a call is repeated; `reason` is `timeout`, `unreachable` or `status 503`. */
  readonly onRepeat?: (path: string, reason: string) => void
  /** Ends every call that is under way; such a call rejects with its reason. */
  readonly signal?: AbortSignal
}

/** Shortest and longest pause before the second attempt, in milliseconds. */
const PAUSE = { shortest: 50, longest: 250 }

const errorSchema = z.object({
  error: z.object({
    code: z.string().optional(),
    message: z.string().optional(),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
})
type ErrorBody = z.output<typeof errorSchema>

export class HttpClient {
  readonly #url: string
  readonly #signal: AbortSignal | undefined
  readonly #ky: KyInstance

  constructor({ url, timeoutMs, onRepeat, signal }: HttpClientOptions) {
    this.#url = url
    this.#signal = signal
    this.#ky = ky.create({
      timeout: timeoutMs,
      fetch: fetchWhole,
      redirect: 'error',
      headers: { accept: 'application/json' },
      ...(signal && { signal }),
      retry: { limit: 1, methods: ['get', 'post', 'delete'], shouldRetry, delay: pause, retryOnTimeout: true },
      hooks: {
        beforeRetry: [({ request, error }) => onRepeat?.(new URL(request.url).pathname, reasonOf(error))],
      },
    })
  }

  /** The answer, whatever its status, or why there is none. */
  async call({
    path,
    method = 'GET',
    headers = {},
    body,
    timeoutMs,
    repeatable = true,
  }: HttpCall): Promise<Answer | NoAnswer> {
    const options: Options = {
      method,
      headers,
      ...(body !== undefined && { json: body }),
      ...(timeoutMs !== undefined && { timeout: timeoutMs }),
      ...(!repeatable && { retry: 0 }),
    }
    try {
      const response = await this.#ky(new URL(path, this.#url), options)
      return answerOf(response, parseJson(await response.text()))
    } catch (error) {
      if (isHTTPError(error)) return answerOf(error.response, error.data)
      this.#signal?.throwIfAborted()
      return { kind: isTimeoutError(error) ? 'timeout' : 'unreachable', cause: error }
    }
  }
}

/** Reads the body as part of the attempt, so that one that does not end is an attempt in vain. */
async function fetchWhole(input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init)
  const text = await response.text()
  return new Response(text === '' ? null : text, response)
}

/** `undefined` leaves a call without an answer to ky, which repeats it. */
function shouldRetry({ error }: ShouldRetryState): boolean | undefined {
  if (!isHTTPError(error)) return undefined
  return error.response.status >= 500 && !error.response.headers.has('retry-after')
}

function pause(): number {
  return PAUSE.shortest + Math.random() * (PAUSE.longest - PAUSE.shortest)
}

function reasonOf(error: unknown): string {
  if (isHTTPError(error)) return `status ${error.response.status}`
  return isTimeoutError(error) ? 'timeout' : 'unreachable'
}

function answerOf({ status, headers }: Response, body: unknown): Answer {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return {
    kind: 'answer',
    status,
    body,
    error: errorSchema.safeParse(body).data?.error ?? {},
    retryAfter: Number.isFinite(seconds) ? seconds : undefined,
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
