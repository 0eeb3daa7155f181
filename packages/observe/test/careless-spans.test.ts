/**
 * Careless calls of the span APIs: nothing throws into the handler, every request ends, and every span can be encoded.
 */
import { EventEmitter } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { runInNewContext } from 'node:vm'
import { closed, listening } from '@lab/test-kit/server'
import { type Link, ROOT_CONTEXT, type Span, SpanStatusCode, trace } from '@opentelemetry/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { activeContext, contextManager } from '../src/context/context.ts'
import { observeHttp } from '../src/http.ts'
import { createTestObserve, type TestObserve } from '../src/testing.ts'
import { type EncodableSpan, SharedSpan } from '../src/traces/encodable-span.ts'
import { isStatusSet } from '../src/traces/span-values.ts'
import { Traces } from '../src/traces/traces.ts'
import { parseMetrics, sampleValue } from './strict-metrics.ts'

function refuse(): never {
  throw new Error('refused')
}

const refusing = new Proxy(new Error('x'), { get: refuse, ownKeys: refuse, has: refuse, getPrototypeOf: refuse })
const anything: unknown[] = [undefined, null, 7, 10n, Symbol('s'), {}, [], [1, -1], new Date(Number.NaN), refusing]

let obs: TestObserve
beforeEach(() => {
  obs = createTestObserve()
})
afterEach(() => obs.shutdown())

async function answeredBy(handler: (span: Span | undefined) => void): Promise<number> {
  const server = createServer(
    observeHttp(obs, (_, response) => {
      handler(trace.getSpan(activeContext()))
      response.end()
    }),
  )
  const url = await listening(server)
  const { status } = await fetch(url)
  await closed(server)
  return status
}

async function openRequests(): Promise<number | undefined> {
  const families = parseMetrics((await obs.scrape()).body, 'text')
  return sampleValue(families, 'http_server_active_requests', { http_request_method: 'GET' })
}

test('any method of a server span takes any value', async () => {
  const status = await answeredBy((span) => {
    for (const value of anything as never[]) {
      span?.setAttribute(value, value).setAttributes(value).addEvent(value, value, value).addEvent('e', value)
      span?.addLink(value).addLinks(value).addLinks([value]).setStatus(value).updateName(value)
      span?.addLink({ context: value }).setStatus({ code: SpanStatusCode.ERROR, message: value })
      span?.recordException(value, value)
    }
  })
  expect(status).toBe(200)
  await obs.until(() => obs.spans.length === 1)
  for (const { name, links } of obs.spans) {
    expect(typeof name).toBe('string')
    expect(links).toEqual([])
  }
  expect(await openRequests()).toBe(0)
})

test('a link keeps its ids, and a trace state of the wrong shape is left out', async () => {
  const target = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }
  await answeredBy((span) => void span?.addLink({ context: { ...target, traceState: 'a=b' } } as unknown as Link))
  await obs.until(() => obs.spans.length === 1)
  expect(obs.spans[0]?.links).toMatchObject([{ traceId: target.traceId, spanId: target.spanId }])
})

test('obs.span takes any name and rethrows what was thrown', () => {
  for (const value of anything) expect(obs.span(value as string, () => 'done')).toBe('done')
  expect(obs.spans).toHaveLength(anything.length)
  for (const value of anything) {
    let thrown: unknown
    try {
      obs.span('fails', () => {
        throw value
      })
    } catch (error) {
      thrown = error
    }
    expect(Object.is(thrown, value)).toBe(true)
  }
})

test('an error of another realm keeps type, message and stack on span, metric and line', async () => {
  const error: unknown = runInNewContext("new TypeError('elsewhere')")
  expect(error).not.toBeInstanceOf(Error)
  const server = createServer(
    observeHttp(obs, (_, response) => {
      obs.recordError(error)
      response.statusCode = 500
      response.end()
    }),
  )
  await fetch(await listening(server))
  await closed(server)
  await obs.until(() => obs.lines.length === 1 && obs.spans.length === 1)
  expect(obs.spans[0]).toMatchObject({ attributes: { 'error.type': 'TypeError' } })
  const event = { 'exception.type': 'TypeError', 'exception.message': 'elsewhere' }
  expect(obs.spans[0]?.events[0]?.attributes).toMatchObject({ ...event, 'exception.stacktrace': expect.any(String) })
  expect(obs.lines[0]?.err).toMatchObject({ type: 'TypeError', message: 'elsewhere', stack: expect.any(String) })
})

test('an error whose getters throw ends its request', async () => {
  expect(await answeredBy(() => obs.recordError(refusing))).toBe(200)
  await obs.until(() => obs.spans.length === 1)
  expect(await openRequests()).toBe(0)
})

test('a request for which the option ignore throws is served and observed', async () => {
  await obs.shutdown()
  obs = createTestObserve({ ignore: (path) => decodeURIComponent(path) === '' })
  const server = createServer(observeHttp(obs, (_, response) => response.end()))
  const url = await listening(server)
  expect((await fetch(`${url}/%E0`)).status).toBe(200)
  expect((await fetch(`${url}/%E0`)).status).toBe(200)
  await closed(server)
  await obs.until(() => obs.spans.length === 2)
  expect(obs.lines.filter(({ msg }) => msg === 'the `ignore` option threw; the request is observed')).toHaveLength(1)
})

test('the message of a status stays on a failed request', () => {
  const ended: EncodableSpan[] = []
  const sampling = { ratio: 1, parentBased: true }
  const traces = new Traces({ sampling, provider: undefined, sink: (span) => void ended.push(span) })
  const begun = {
    startedMs: performance.now(),
    method: 'GET',
    scheme: 'http',
    path: '/',
    userAgent: undefined,
    link: undefined,
  }
  const span = traces.startExchange('GET', undefined, begun)
  expect(isStatusSet(span)).toBe(false)
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'no stock' })
  expect(isStatusSet(span)).toBe(true)
  traces.endExchange(span, new SharedSpan('GET', {}), 0)
  expect(ended[0]?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'no stock' })
  expect(ended[0]?.endTime).toEqual(ended[0]?.startTime)
})

test('an emitter may be bound 5,000 times', () => {
  const emitter = new EventEmitter()
  for (let times = 0; times < 5000; times += 1) contextManager.bind(ROOT_CONTEXT, emitter)
  let active: unknown
  emitter.on('event', () => {
    active = activeContext()
  })
  expect(emitter.emit('event')).toBe(true)
  expect(active).toBe(ROOT_CONTEXT)
})

test('pipelined requests end with their connection, also behind CONNECT', async () => {
  const server = createServer(observeHttp(obs, () => undefined))
  server.on('connect', (_, socket) => socket.destroy())
  const { port } = new URL(await listening(server))
  const socket = connect(Number(port), '127.0.0.1').on('error', () => undefined)
  const gone = new Promise((resolve) => socket.on('close', resolve))
  socket.write(`${'GET / HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(50)}CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n`)
  await gone
  await expect.poll(openRequests).toBe(0)
  await closed(server)
})
