/**
 * Takes what is posted and keeps it: in the place of a backend whose requests a test reads, such as a receiver of alerts.
 */

import { createServer } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { closed, listening } from './server.ts'

export interface ReceivedRequest {
  readonly path: string
  readonly body: Buffer
}

export interface HttpSink {
  readonly url: string
  readonly received: readonly ReceivedRequest[]
  close(): Promise<void>
}

/** Starts a server on a free port that answers every request with an empty 200. */
export async function startHttpSink(): Promise<HttpSink> {
  const received: ReceivedRequest[] = []
  const server = createServer(async (request, response) => {
    received.push({ path: request.url ?? '', body: await buffer(request) })
    response.end()
  })
  return { url: await listening(server), received, close: () => closed(server) }
}
