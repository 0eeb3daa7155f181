/**
 * One HTTP request to one service, and how it ended: with an answer, in time or not, or without a connection.
 */

import { z } from 'zod'

export interface Answer {
  readonly kind: 'answer'
  readonly status: number
  /** The JSON of the body; undefined where it is none. */
  readonly body: unknown
  /** What the service says about its error, as far as it says it in our shape. */
  readonly error: ErrorBody['error']
  /** Seconds, from the header Retry-After. */
  readonly retryAfter: number | undefined
}

export interface Failure {
  readonly kind: 'timeout' | 'unreachable'
  readonly cause: unknown
}

export interface Attempt {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
  readonly timeout: number
}

const errorSchema = z.object({
  error: z.object({
    code: z.string().optional(),
    message: z.string().optional(),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
})
type ErrorBody = z.output<typeof errorSchema>

export async function attempt(url: URL, { method, headers, body, timeout }: Attempt): Promise<Answer | Failure> {
  try {
    const response = await fetch(url, {
      method,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeout),
      redirect: 'error',
    })
    return read(response.status, response.headers.get('retry-after'), await response.text())
  } catch (cause) {
    return { kind: isTimeout(cause) ? 'timeout' : 'unreachable', cause }
  }
}

function read(status: number, retryAfter: string | null, text: string): Answer {
  const body = parseJson(text)
  const seconds = retryAfter === null ? Number.NaN : Number(retryAfter)
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

function isTimeout(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === 'TimeoutError'
}
