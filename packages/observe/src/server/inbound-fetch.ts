/**
 * Requests of the fetch kind, `(Request) => Response`, which have no socket to watch: such an exchange ends when the body
 * of its response was read to the end, failed or was cancelled.
 */
import type { Exchange } from './exchange.ts'
import type { Inbound } from './inbound.ts'

export interface FetchExchange {
  /** `undefined` where the request is ignored. */
  exchange: Exchange | undefined
  /** Gives the response to answer with, and ends the exchange with it. Missing where the platform does that. */
  finish: ((response: Response) => Response) | undefined
}

/** The exchange of a request: the one that the platform began for it, else a new one. */
export function joinFetch(inbound: Inbound, request: Request): FetchExchange {
  const url = new URL(request.url)
  const path = url.pathname
  const active = inbound.active()
  if (active?.answers(request.method, path)) return { exchange: active, finish: undefined }
  const exchange = inbound.begin({
    method: request.method,
    path,
    scheme: url.protocol === 'https:' ? 'https' : 'http',
    protocolVersion: undefined,
    header: (name) => request.headers.get(name) ?? undefined,
  })
  const finish = exchange && ((response: Response) => endWithBody(exchange, request, response))
  return { exchange, finish }
}

function endWithBody(exchange: Exchange, request: Request, response: Response): Response {
  const { body, status } = response
  // The body of an answer to HEAD is not read.
  if (body === null || request.method === 'HEAD') {
    exchange.end(status)
    return response
  }
  return new Response(watched(body, exchange, status), response)
}

function watched(body: ReadableStream<Uint8Array>, exchange: Exchange, status: number): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await exchange.run(() => reader.read())
          if (!done) return controller.enqueue(value)
          exchange.end(status)
          controller.close()
        } catch (error) {
          exchange.fail(error)
          exchange.end(status, true)
          controller.error(error)
        }
      },
      cancel(reason) {
        exchange.end(status, true)
        return reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
}
