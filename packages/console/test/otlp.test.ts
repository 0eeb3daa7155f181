/**
 * OTLP over HTTP as the specification has it: both encodings, compression, partial success, and what is refused.
 */

import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { connect, Socket } from 'node:net'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { requestTypes, responseTypes } from '../src/otlp/decode.ts'
import { type Running, runConsole } from './running-console.ts'
import { type Json, nanoseconds, resourceOf } from './shop.ts'

const TRACE_ID = '5b8efff798038103d269b633813fc60c'
const SPAN_ID = 'eee19b7ec3c1b174'

function tracesRequest(...spans: Json[]): Json {
  return { resourceSpans: [{ resource: resourceOf('orders'), scopeSpans: [{ spans }] }] }
}

function span(more: Json = {}): Json {
  const now = Date.now()
  return {
    traceId: TRACE_ID,
    spanId: SPAN_ID,
    name: 'GET /x',
    kind: 2,
    startTimeUnixNano: nanoseconds(now),
    endTimeUnixNano: nanoseconds(now + 5),
    ...more,
  }
}

function protobufOf(signal: 'traces' | 'logs', message: Json): Uint8Array<ArrayBuffer> {
  const withBytes = JSON.parse(JSON.stringify(message), (key, value) =>
    key === 'traceId' || key === 'spanId' ? Buffer.from(value, 'hex').toString('base64') : value,
  )
  const type = requestTypes[signal]
  return new Uint8Array(type.encode(type.fromObject(withBytes)).finish())
}

function post(
  running: Running,
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Promise<Response> {
  return fetch(`${running.otlpUrl}${path}`, { method: 'POST', body, headers })
}

function zipped(body: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gzipSync(body))
}

const protobuf = { 'content-type': 'application/x-protobuf' }
const json = { 'content-type': 'application/json' }

test('a span is stored from JSON, from protobuf, and from both compressed', async () => {
  const running = await runConsole()
  const asJson = (id: string) => JSON.stringify(tracesRequest(span({ spanId: id })))
  const asProtobuf = (id: string) => protobufOf('traces', tracesRequest(span({ spanId: id })))
  const answers = [
    await post(running, '/v1/traces', asJson('aaaaaaaaaaaaaaa1'), {
      'content-type': 'application/json; charset=utf-8',
    }),
    await post(running, '/v1/traces', asProtobuf('aaaaaaaaaaaaaaa2'), protobuf),
    await post(running, '/v1/traces', zipped(asJson('aaaaaaaaaaaaaaa3')), { ...json, 'content-encoding': 'gzip' }),
    await post(running, '/v1/traces', zipped(asProtobuf('aaaaaaaaaaaaaaa4')), {
      ...protobuf,
      'content-encoding': 'gzip',
    }),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect(await answers[0]?.text()).toBe('{}')
  expect((await answers[1]?.arrayBuffer())?.byteLength).toBe(0)
  expect(answers[3]?.headers.get('content-type')).toBe('application/x-protobuf')
  const { spans } = await running.query('/api/trace', { id: TRACE_ID })
  expect(spans).toHaveLength(4)
  for (const stored of spans)
    expect(stored).toMatchObject({ name: 'GET /x', service: 'orders', kind: 'server', duration: 5 })
})

test('64-bit numbers come as text or as numbers, and times keep their microseconds', async () => {
  const running = await runConsole()
  const start = BigInt(Date.now()) * 1_000_000n + 123_000n
  const attributes = [
    { key: 'text', value: { intValue: '42' } },
    { key: 'number', value: { intValue: 43 } },
    { key: 'large', value: { intValue: '9007199254740993' } },
    { key: 'negative', value: { intValue: '-7' } },
    { key: 'list', value: { arrayValue: { values: [{ boolValue: true }, { doubleValue: 0.5 }] } } },
    { key: 'bytes', value: { bytesValue: 'aGVsbG8=' } },
    { key: '__proto__', value: { stringValue: 'kept' } },
  ]
  await running.send(
    'traces',
    tracesRequest(span({ attributes, startTimeUnixNano: String(start), endTimeUnixNano: String(start + 1500n) })),
  )
  const [stored] = (await running.query('/api/trace', { id: TRACE_ID })).spans
  expect(stored?.start).toBeCloseTo(Number(start / 1000n) / 1000, 3)
  expect(stored?.duration).toBe(0.0015)
  expect(Object.entries(stored?.attributes ?? {})).toEqual(
    Object.entries(
      JSON.parse(
        '{"text":42,"number":43,"large":"9007199254740993","negative":-7,"list":[true,0.5],"bytes":"aGVsbG8=","__proto__":"kept"}',
      ),
    ),
  )
})

test('records that cannot be kept are refused alone, and counted in the answer', async () => {
  const running = await runConsole()
  const request = tracesRequest(
    span(),
    span({ traceId: '00' }),
    span({ spanId: 'aaaaaaaaaaaaaaa1', startTimeUnixNano: '0' }),
  )
  const answer = await running.send('traces', request)
  expect(answer.status).toBe(200)
  expect(await answer.json()).toEqual({
    partialSuccess: { rejectedSpans: 2, errorMessage: 'Span "GET /x" was refused: its time is missing.' },
  })
  const binary = await post(running, '/v1/traces', protobufOf('traces', request), protobuf)
  const { partialSuccess } = responseTypes.traces.toObject(
    responseTypes.traces.decode(new Uint8Array(await binary.arrayBuffer())),
    { longs: Number },
  )
  expect(partialSuccess).toMatchObject({ rejectedSpans: 2 })
  const status = await running.query('/api/status', {})
  expect(status.refused).toEqual([{ reason: expect.stringContaining('its time is missing'), count: 4 }])
  expect(status.stored.spans).toBe(2)
})

test.each([
  ['not JSON', json, '{"resourceSpans":', 400, /not an OTLP ExportTraceServiceRequest in json/],
  ['JSON of another shape', json, '[]', 400, /not a JSON object/],
  ['a list that is none', json, '{"resourceSpans":{}}', 400, /resourceSpans is not a list/],
  ['an export of another signal', json, '{"resourceLogs":[]}', 400, /no resourceSpans, but resourceLogs/],
  ['not protobuf', protobuf, 'hello there', 400, /not an OTLP ExportTraceServiceRequest in protobuf/],
  ['not gzip', { ...json, 'content-encoding': 'gzip' }, '{}', 400, /not gzip/],
  ['an unknown compression', { ...json, 'content-encoding': 'lzma' }, '{}', 415, /lzma.* is not known/],
  ['an unknown media type', { 'content-type': 'text/plain' }, '{}', 415, /text\/plain.* is not taken/],
  ['a body over the limit', json, ' '.repeat(17_000_000), 413, /larger than 16 MB/],
])('%s is refused with a reason', async (_, headers, body, status, reason) => {
  const running = await runConsole()
  const answer = await post(running, '/v1/traces', body, headers)
  expect(answer.status).toBe(status)
  expect(Buffer.from(await answer.arrayBuffer()).toString()).toMatch(reason)
  expect((await running.send('traces', tracesRequest(span()))).status).toBe(200)
})

test.each([
  ['ids that are not hex', { traceId: 'W47/95gDgQPSabYzgT/GDA==' }, /32 hex digits/],
  ['attributes that are no list', { attributes: {} }, /attributes: array expected/],
  ['a link that is a number', { links: [7] }, /links: object expected/],
])('of JSON with %s only the span is refused', async (_, wrong, reason) => {
  const running = await runConsole()
  const answer = await running.send('traces', tracesRequest(span(), span({ spanId: 'aaaaaaaaaaaaaaa2', ...wrong })))
  expect([answer.status, await answer.json()]).toEqual([
    200,
    { partialSuccess: { rejectedSpans: 1, errorMessage: expect.stringMatching(reason) } },
  ])
  expect((await running.query('/api/status', {})).stored.spans).toBe(1)
})

test('JSON with names in snake_case is read', async () => {
  const running = await runConsole()
  const { traceId, spanId, startTimeUnixNano, endTimeUnixNano } = span()
  const names = { trace_id: traceId, span_id: spanId, start_time_unix_nano: startTimeUnixNano }
  const body = { resource_spans: [{ scope_spans: [{ spans: [{ ...names, end_time_unix_nano: endTimeUnixNano }] }] }] }
  expect(await (await running.send('traces', body)).json()).toEqual({})
  expect((await running.query('/api/trace', { id: TRACE_ID })).spans).toMatchObject([{ duration: 5 }])
})

test('times in milliseconds are stored, with a warning to the sender and on the page', async () => {
  const running = await runConsole()
  const now = Date.now()
  const sent = await running.send('traces', tracesRequest(span({ startTimeUnixNano: now, endTimeUnixNano: now + 5 })))
  const warning = expect.stringMatching(/1970-01-01 were stored.*unit/)
  expect(await sent.json()).toEqual({ partialSuccess: { rejectedSpans: 0, errorMessage: warning } })
  expect((await running.query('/api/trace', { id: TRACE_ID })).spans).toHaveLength(1)
  expect((await running.query('/api/status', {})).refused).toMatchObject([{ reason: warning }])
})

test.each([
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
])('a body packed by %s is read', async (encoding, pack) => {
  const running = await runConsole()
  const body = new Uint8Array(pack(JSON.stringify(tracesRequest(span()))))
  expect((await post(running, '/v1/traces', body, { ...json, 'content-encoding': encoding })).status).toBe(200)
})

test.each([
  ['messages of two bytes each', protobuf, Buffer.alloc(30_000_000, Buffer.from([0x0a, 0]))],
  ['empty objects', json, Buffer.from(`{"resourceSpans":[${'{},'.repeat(9_000_000)}{}]}`)],
])('a small body that unpacks to millions of %s is refused', async (_, type, unpacked) => {
  const running = await runConsole()
  const answer = await post(running, '/v1/traces', zipped(unpacked), { ...type, 'content-encoding': 'gzip' })
  expect(answer.status).toBe(413)
  expect(await answer.text()).toMatch(/million values/)
  expect((await running.send('traces', tracesRequest(span()))).status).toBe(200)
})

test('many bodies that unpack at once share one bound', async () => {
  const running = await runConsole()
  const bomb = zipped(Buffer.alloc(30_000_000, ' '))
  const before = process.memoryUsage().rss
  let most = before
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss)
  }, 20)
  const send = () => post(running, '/v1/traces', bomb, { ...json, 'content-encoding': 'gzip' })
  const answers = await Promise.all(Array.from({ length: 200 }, send))
  clearInterval(timer)
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([400, 503]))
  expect((most - before) / 1e6).toBeLessThan(500)
})

test('a small body that unpacks to a huge one is refused', async () => {
  const running = await runConsole()
  const bomb = zipped(Buffer.alloc(200_000_000))
  expect(bomb.length).toBeLessThan(300_000)
  const answer = await post(running, '/v1/traces', bomb, { ...json, 'content-encoding': 'gzip' })
  expect(answer.status).toBe(413)
})

test('values nested without end are refused and nothing breaks', async () => {
  const running = await runConsole()
  const deep = `${'{"arrayValue":{"values":['.repeat(20_000)}{"intValue":1}${']}}'.repeat(20_000)}`
  const body = JSON.stringify(tracesRequest(span({ attributes: [{ key: 'deep', value: 'HERE' }] }))).replace(
    '"HERE"',
    deep,
  )
  expect((await post(running, '/v1/traces', body, json)).status).toBe(400)
  expect((await running.send('traces', tracesRequest(span()))).status).toBe(200)
})

/** Senders that announce 15.9 MB each, send `sent` of them and then nothing. Resolves when the console has read all of that. */
async function stuck(otlpUrl: string, count: number, sent: number): Promise<() => void> {
  const { hostname, port } = new URL(otlpUrl)
  const head = `POST /v1/traces HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\ncontent-length: 15900000\r\n\r\n`
  const received: Socket[] = []
  const note = (message: unknown) => {
    if (typeof message !== 'object' || message === null || !('socket' in message)) return
    if (message.socket instanceof Socket && message.socket.localPort === Number(port)) received.push(message.socket)
  }
  subscribe('http.server.request.start', note)
  onTestFinished(() => void unsubscribe('http.server.request.start', note))
  const sockets = Array.from({ length: count }, () => connect(Number(port), hostname))
  const letGo = () => {
    for (const socket of sockets) socket.destroy()
  }
  onTestFinished(letGo)
  for (const socket of sockets) socket.write(head + ' '.repeat(sent))
  const whole = () => received.filter(({ bytesRead }) => bytesRead === head.length + sent)
  await expect.poll(() => whole().length).toBe(count)
  return letGo
}

test('bodies that wait are bounded: beyond it senders are asked to come again, and with room they are taken', async () => {
  const running = await runConsole()
  const letGo = await stuck(running.otlpUrl, 4, 15_000_000)
  const large = JSON.stringify(tracesRequest(span())).padEnd(8_000_000)
  const send = () => post(running, '/v1/traces', large, json)
  await expect.poll(async () => (await send()).status).toBe(503)
  const refused = await send()
  expect(refused.headers.get('retry-after')).toBe('5')
  expect(await refused.text()).toMatch(/More than 64 MB of exports wait/)
  letGo()
  await expect.poll(async () => (await send()).status).toBe(200)
})

test('a slow sender holds the room of what it sent, not of what it announced', async () => {
  const running = await runConsole()
  await stuck(running.otlpUrl, 50, 1000)
  const large = JSON.stringify(tracesRequest(span())).padEnd(8_000_000)
  expect((await post(running, '/v1/traces', large, json)).status).toBe(200)
})

test('unfinished bodies are given up after some seconds without a byte', async () => {
  const running = await runConsole()
  await stuck(running.otlpUrl, 4, 15_000_000)
  const large = JSON.stringify(tracesRequest(span())).padEnd(8_000_000)
  const send = async () => (await post(running, '/v1/traces', large, json)).status
  await expect.poll(send).toBe(503)
  await expect.poll(send).toBe(200)
})

test('other paths and methods say what is taken', async () => {
  const running = await runConsole()
  expect((await post(running, '/', '{}', json)).status).toBe(404)
  const got = await fetch(`${running.otlpUrl}/v1/traces`)
  expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST'])
})
