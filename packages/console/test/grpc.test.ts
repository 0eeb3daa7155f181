/**
 * OTLP over gRPC, by a real client: stored like an export over HTTP, refused with a reason, and what comes to the wrong port.
 */

import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { credentials, Metadata, makeGenericClientConstructor, status } from '@grpc/grpc-js'
import { expect, onTestFinished, test } from 'vitest'
import { requestTypes, responseTypes } from '../src/otlp/decode.ts'
import { ask, newFolder, type Running, runConsole, spawnConsole } from './running-console.ts'
import { type Json, journey, requestsOf, resourceOf } from './shop.ts'

const TRACES = '/opentelemetry.proto.collector.trace.v1.TraceService/Export'
const METRICS = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export'

interface Answered {
  code: number
  details: string
  answer: Buffer | undefined
}

function call(url: string, path: string, body: Uint8Array, headers: Record<string, string> = {}): Promise<Answered> {
  const Client = makeGenericClientConstructor({}, 'OTLP')
  const client = new Client(new URL(url).host, credentials.createInsecure())
  onTestFinished(() => client.close())
  const metadata = new Metadata()
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value)
  const bytes = (value: Buffer) => value
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, bytes, bytes, Buffer.from(body), metadata, (error, answer) => {
      resolve({ code: error?.code ?? status.OK, details: error?.details ?? '', answer })
    })
  })
}

/** OTLP/JSON as protobuf. */
function encoded(signal: 'traces' | 'metrics', message: Json): Uint8Array {
  const type = requestTypes[signal]
  const ids = new Set(['traceId', 'spanId', 'parentSpanId'])
  const bytesOf = (value: unknown, key = ''): unknown => {
    if (ids.has(key) && typeof value === 'string') return Buffer.from(value, 'hex')
    if (Array.isArray(value)) return value.map((each) => bytesOf(each))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, bytesOf(each, name)]))
  }
  const plain: Json = Object.assign({}, bytesOf(message))
  return type.encode(type.fromObject(plain)).finish()
}

async function withGrpc(options: Parameters<typeof runConsole>[0] = {}): Promise<Running & { grpc: string }> {
  const running = await runConsole({ grpcPort: 0, ...options })
  return { ...running, grpc: running.grpcUrl ?? '' }
}

test('traces are stored, and the good points of a batch with a bad one', async () => {
  const { grpc, query } = await withGrpc()
  const story = journey({ at: Date.now() - 1000, luck: 0.1 })
  const sent = await call(grpc, TRACES, encoded('traces', requestsOf([story]).traces))
  expect([sent.code, responseTypes.traces.decode(sent.answer ?? Buffer.alloc(0)).toJSON()]).toEqual([status.OK, {}])
  expect((await query('/api/trace', { id: story.traceId })).spans.length).toBeGreaterThan(2)
  const timeUnixNano = `${Date.now()}000000`
  const dataPoints = [1, Number.NaN].map((asDouble) => ({ timeUnixNano, asDouble }))
  const metrics = [{ name: 'depth', gauge: { dataPoints } }]
  const body = encoded('metrics', { resourceMetrics: [{ resource: resourceOf('shop'), scopeMetrics: [{ metrics }] }] })
  const partly = await call(grpc, METRICS, body)
  expect(responseTypes.metrics.decode(partly.answer ?? Buffer.alloc(0)).toJSON()).toMatchObject({
    partialSuccess: { rejectedDataPoints: '1' },
  })
  expect((await query('/api/metrics', {})).instruments.map(({ name }) => name)).toEqual(['depth'])
})

test('what is not OTLP is refused, and shown', async () => {
  const { grpc, query } = await withGrpc()
  const refused = await call(grpc, TRACES, Buffer.from('not protobuf'))
  expect([refused.code, refused.details]).toEqual([status.INVALID_ARGUMENT, expect.stringContaining('not an OTLP')])
  const large = await call(grpc, TRACES, Buffer.alloc(5_000_000))
  expect(large.code).toBe(status.RESOURCE_EXHAUSTED)
  expect((await query('/api/status', {})).refused[0]?.reason).toContain('not an OTLP')
})

test('beyond loopback the token is needed', async () => {
  const { grpc, token } = await withGrpc({ host: '0.0.0.0' })
  const body = encoded('traces', requestsOf([journey({ at: Date.now(), luck: 0.1 })]).traces)
  expect(await call(grpc, TRACES, body)).toMatchObject({
    code: status.UNAUTHENTICATED,
    details: expect.stringContaining('OTEL_EXPORTER_OTLP_HEADERS'),
  })
  for (const authorization of [`Bearer ${token}`, `Bearer%20${token}`])
    expect((await call(grpc, TRACES, body, { authorization })).code).toBe(status.OK)
})

test('OTLP over HTTP is taken at the gRPC port, too', async () => {
  const { grpc, query } = await withGrpc()
  const story = journey({ at: Date.now() - 1000, luck: 0.1 })
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify(requestsOf([story]).traces)
  expect((await fetch(`${grpc}/v1/traces`, { method: 'POST', headers, body })).status).toBe(200)
  expect((await query('/api/traces', {})).traces).toHaveLength(1)
})

test('TLS is refused, and the page says how to send', async () => {
  const { grpc, query } = await withGrpc()
  const { hostname, port } = new URL(grpc)
  const socket = connect(Number(port), hostname)
  socket.write(Buffer.from([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0]))
  await once(socket.resume(), 'close')
  expect((await query('/api/status', {})).refused[0]?.reason).toContain('OTEL_EXPORTER_OTLP_INSECURE=true')
})

test('a port that is taken leaves gRPC out, and says so', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  onTestFinished(() => void other.close())
  const address = other.address()
  const port = typeof address === 'object' ? address?.port : 0
  const { child, url } = await spawnConsole({ data: newFolder(), flags: ['--grpc-port', String(port)] })
  let said = ''
  child.stderr?.on('data', (chunk) => (said += chunk))
  const { grpc, refused } = await ask(url, '/api/status', {})
  expect(grpc).toBe(null)
  expect(refused[0]?.reason).toMatch(new RegExp(`OTLP over gRPC is off: Port ${port} .* http/protobuf`))
})
