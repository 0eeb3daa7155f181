/**
 * What a server emits outside of its requests runs in the context of none, and 'close' of an aborted response in that of its own. On
 * Node.js 22 a context that was entered stays with the connection; the programs of this test run there too.
 */
import { createServer } from 'node:http'
import { connect as connectSession, createServer as createSessions } from 'node:http2'
import { type AddressInfo, connect, type Server, type Socket } from 'node:net'
import { trace } from '@opentelemetry/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { activeContext } from '../src/context/context.ts'
import { createTestObserve, type TestObserve } from '../src/testing.ts'

let obs: TestObserve
let seen: [string, string | undefined][]
beforeEach(() => {
  seen = []
  obs = createTestObserve({ listen: true })
})
afterEach(() => obs.shutdown())

function note(event: string): void {
  seen.push([event, trace.getSpan(activeContext())?.spanContext().traceId])
}

async function opened(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function received(socket: Socket, text: string): Promise<void> {
  let all = ''
  await new Promise<void>((resolve) => {
    socket.on('data', (data) => {
      all += data
      if (all.includes(text)) resolve()
    })
    socket.on('close', () => resolve())
  })
}

test.each([
  ['clientError', 'nonsense\r\n\r\n'],
  ['upgrade', 'GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'],
  ['connect', 'CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n'],
])('%s after a request on the connection', async (event, text) => {
  const server = createServer((_, response) => {
    note('request')
    response.end('answered')
  })
  server.on(event, (_, socket: Socket) => {
    note(event)
    socket.destroy()
  })
  const socket = connect(await opened(server), '127.0.0.1').on('error', () => undefined)
  socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
  await received(socket, 'answered')
  const gone = new Promise((resolve) => socket.on('close', resolve))
  socket.write(text)
  await gone
  server.close()
  expect(seen).toEqual([
    ['request', expect.any(String)],
    [event, undefined],
  ])
})

test.each(['checkContinue', 'checkExpectation'])('%s is a request of its own', async (event) => {
  const server = createServer((_, response) => {
    note('request')
    response.end('answered')
  })
  server.on(event, (_, response) => {
    note(event)
    response.end('continued')
  })
  const socket = connect(await opened(server), '127.0.0.1').on('error', () => undefined)
  socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
  await received(socket, 'answered')
  const expectation = event === 'checkContinue' ? '100-continue' : 'other'
  socket.write(`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nExpect: ${expectation}\r\n\r\nx`)
  await received(socket, 'continued')
  socket.destroy()
  server.close()
  expect(seen.map(([name]) => name)).toEqual(['request', event])
  expect(new Set(seen.map(([, id]) => id)).size).toBe(2)
  expect(seen[1]?.[1]).toBeDefined()
})

test('events of a session of HTTP/2 after a request on it', async () => {
  const server = createSessions()
  server.on('session', (session) => session.on('close', () => note('close')).on('goaway', () => note('goaway')))
  server.on('stream', (stream) => {
    note('stream')
    stream.respond({ ':status': 200 })
    stream.end('answered')
  })
  const session = connectSession(`http://127.0.0.1:${await opened(server)}`)
  const stream = session.request({ ':path': '/' })
  await new Promise((resolve) => stream.on('end', resolve).resume())
  session.goaway(0)
  await new Promise<void>((resolve) => session.close(resolve))
  await expect.poll(() => seen.map(([name]) => name)).toContain('close')
  server.close()
  const [first, ...others] = seen
  expect(first).toEqual(['stream', expect.any(String)])
  for (const [, id] of others) expect(id).toBeUndefined()
})

test("'close' of an aborted response has the ids of its request", async () => {
  const server = createServer((_, response) => {
    note('request')
    response.on('close', () => note('close'))
    response.write('data: 1\n\n')
  })
  const socket = connect(await opened(server), '127.0.0.1').on('error', () => undefined)
  socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
  await received(socket, 'data: 1')
  socket.destroy()
  await expect.poll(() => seen).toHaveLength(2)
  server.close()
  expect(seen[0]?.[1]).toBeDefined()
  expect(seen[1]).toEqual(['close', seen[0]?.[1]])
})
