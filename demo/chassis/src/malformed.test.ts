/**
 * Malformed requests over a real socket.
 */

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answerMalformed } from './malformed.ts'

let server: Server

beforeAll(async () => {
  server = createServer().on('clientError', answerMalformed).listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterAll(() => server.close())

test.each([
  ['garbage', 'hello?\r\n\r\n', 400, 'bad_request'],
  ['too large headers', `GET / HTTP/1.1\r\nhost: shop\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
])('%s is answered in the form of every other error', async (_, request, status, code) => {
  const address = server.address()
  const socket = connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1')
  socket.write(request)
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n')
  expect(head).toContain(`HTTP/1.1 ${status} `)
  expect(JSON.parse(body)).toEqual({ error: { code, message: expect.stringContaining('not a request') } })
})
