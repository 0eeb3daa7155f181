/**
 * Answers what is no HTTP request, such as garbage or headers that are too large. Node ends such connections with an empty
 * answer before any framework is asked; here the caller gets the same JSON as for any other error.
 */

import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { problemOf } from './problem.ts'

const statuses = new Map([
  ['HPE_HEADER_OVERFLOW', 431],
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
])

/** A listener of `clientError` of an HTTP server. */
export function answerMalformed(error: Error & { code?: string | undefined }, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy(error)
    return
  }
  const status = statuses.get(error.code ?? '') ?? 400
  const message = `This is not a request that can be read: ${error.message}.`
  const body = JSON.stringify(problemOf(Object.assign(new Error(message), { status })))
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
