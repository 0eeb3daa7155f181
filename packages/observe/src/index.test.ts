/**
 * The front door: what `observe()` gives a bare server, what it refuses, how it goes with others in the process.
 */
import { channel } from 'node:diagnostics_channel'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Receiver, startReceiver } from '@lab/test-kit/otlp-receiver'
import { context, metrics, ProxyTracerProvider, propagation, trace } from '@opentelemetry/api'
import {
  NodeTracerProvider,
  InMemorySpanExporter as OldExporter,
  SimpleSpanProcessor as OldProcessor,
} from '@opentelemetry/sdk-trace-node'
import { afterEach, describe, expect, test } from 'vitest'
import { quotedLine } from '../test/quoted-line.ts'
import { sendRequest } from '../test/raw-client.ts'
import { parseMetrics, sampleValue } from '../test/strict-metrics.ts'
import { adminListener, createObserve, observe } from './index.ts'
import { EXIT_TIMEOUT_MS } from './otlp/deliveries.ts'
import { ObserveInstance } from './service/observe-instance.ts'
import type { Observe, ObserveOptions } from './types.ts'

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean()
})

interface Started {
  obs: Observe
  lines: Record<string, unknown>[]
}

function start(options: ObserveOptions = {}, create: (options: ObserveOptions) => Observe = observe): Started {
  const lines: Record<string, unknown>[] = []
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) }
  const obs = create({
    service: 'front',
    admin: false,
    traces: false,
    // Receivers are servers of this process too.
    ignore: (path) => path.startsWith('/v1/'),
    ...options,
    log: { destination, ...options.log },
  })
  cleanUp.push(() => obs.shutdown())
  return { obs, lines }
}

async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUp.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function receive(): Promise<Receiver> {
  const receiver = await startReceiver()
  cleanUp.push(() => receiver.close())
  return receiver
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within 10 s: ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Flushes until all is sent. A flush gives up after two seconds, for which a machine may stand still. */
async function flush(obs: Observe): Promise<void> {
  let begunMs: number
  do {
    begunMs = performance.now()
    await obs.flush()
  } while (performance.now() - begunMs > EXIT_TIMEOUT_MS - 100)
}

describe('observe()', () => {
  test('gives a bare server all three signals, with one trace id, one status and one duration', async () => {
    const receiver = await receive()
    const { obs, lines } = start({ traces: { endpoint: receiver.url } })
    const url = await serve((_, response) => {
      obs.log.info('inside')
      response.statusCode = 201
      response.end()
    })
    await fetch(`${url}/things/7?token=secret`, { method: 'PUT' })
    await until(() => lines.length === 2)
    await flush(obs)
    const span = receiver.spans.find(({ kind }) => kind === 2)
    expect(span).toMatchObject({
      name: 'PUT',
      attributes: {
        'http.request.method': 'PUT',
        'http.response.status_code': 201n,
        'url.path': '/things/7',
        'url.scheme': 'http',
        'network.protocol.version': '1.1',
        'user_agent.original': 'node',
      },
    })
    const ids = { trace_id: span?.traceId, span_id: span?.spanId, trace_flags: '01', service: 'front' }
    expect(lines).toMatchObject([
      { msg: 'inside', level: 'info', ...ids },
      { msg: 'request completed', level: 'info', method: 'PUT', path: '/things/7', status: 201, ...ids },
    ])
    expect(lines[0]?.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    const duration = lines[1]?.duration_ms as number
    const spanNanos = BigInt(String(span?.endTimeUnixNano)) - BigInt(String(span?.startTimeUnixNano))
    expect(Math.abs(Number(spanNanos) / 1e6 - duration)).toBeLessThan(0.01)
    const { body } = await obs.scrape('application/openmetrics-text')
    const families = parseMetrics(body, 'openmetrics')
    const labels = { http_request_method: 'PUT', http_response_status_code: '201' }
    expect(sampleValue(families, 'http_server_request_duration_seconds_count', labels)).toBe(1)
    const sum = sampleValue(families, 'http_server_request_duration_seconds_sum', labels) ?? 0
    expect(Math.abs(sum * 1000 - duration)).toBeLessThan(0.01)
    const exemplars = families.get('http_server_request_duration_seconds')?.samples.flatMap((s) => s.exemplar ?? [])
    expect(exemplars?.map((exemplar) => exemplar.labels.trace_id)).toEqual([span?.traceId])
  })

  test('throws when it is called twice and names the place of the first call', async () => {
    start()
    expect(() => observe({ service: 'second' })).toThrow(
      /^observe\(\) was called twice; first in .*index\.test\.ts:\d+\. Keep/,
    )
  })

  test('can be called again after shutdown', async () => {
    const { obs } = start()
    await obs.shutdown()
    await obs.shutdown()
    expect(() => start()).not.toThrow()
  })

  test('goes on when the metrics port is taken, and says which variable moves it', async () => {
    const url = await serve((_, response) => response.end('mine'))
    const port = Number(new URL(url).port)
    const { lines } = start({ admin: { port, host: '127.0.0.1' } })
    await until(() => lines.length > 0)
    expect(lines[0]).toMatchObject({ level: 'error' })
    expect(lines[0]?.msg).toContain(`no /metrics on 127.0.0.1:${port}: the port is taken`)
    expect(lines[0]?.msg).toMatch(quotedLine('the port is taken'))
    expect(lines[0]?.msg).toContain('Set OTEL_EXPORTER_PROMETHEUS_PORT')
    expect(await (await fetch(url)).text()).toBe('mine')
  })

  test('says that globals were registered before', () => {
    trace.setGlobalTracerProvider(new NodeTracerProvider())
    cleanUp.push(() => trace.disable())
    const { lines } = start({ traces: {} })
    const said = lines.find(({ level }) => level === 'warn')?.msg
    expect(said).toMatch(quotedLine('OpenTelemetry globals were registered'))
    expect(said).toContain('Call observe() first, or remove the other registration.')
  })

  test('does not observe its own admin server', async () => {
    const { lines } = start({ admin: { port: 0, host: '127.0.0.1' }, log: { level: 'debug' } })
    const address = () =>
      lines.find(({ msg }) => msg === 'the admin server listens')?.address as AddressInfo | undefined
    await until(() => address() !== undefined)
    expect((await sendRequest(`http://127.0.0.1:${address()?.port}`, { path: '/healthz' })).status).toBe(200)
    await sendRequest(await serve((_, response) => response.end()), { path: '/own' })
    const paths = () => lines.flatMap(({ path }) => path ?? [])
    await until(() => paths().includes('/own'))
    expect(paths()).toEqual(['/own'])
  })

  test('does not observe its own exports', async () => {
    const receiver = await receive()
    const { obs, lines } = start({ traces: { endpoint: receiver.url } })
    // What is recorded of an export goes out with a later one.
    const names = ['one', 'two', 'three']
    for (const name of names) {
      obs.span(name, () => undefined)
      await flush(obs)
    }
    expect(receiver.spans.map(({ name }) => name)).toEqual(names)
    expect(lines).toEqual([])
  })

  test('subscribes to no request while all signals are off, and of each once the log is on', async () => {
    const { obs, lines } = start({ metrics: false, log: { level: 'silent' } })
    const started = channel('http.server.request.start')
    expect(started.hasSubscribers).toBe(false)
    const url = await serve((_, response) => response.end('ok'))
    await (await fetch(url)).text()
    obs.log.level = 'info'
    expect(started.hasSubscribers).toBe(true)
    await (await fetch(url)).text()
    await until(() => lines.length > 0)
    expect(lines).toMatchObject([{ msg: 'request completed', status: 200 }])
    await obs.shutdown()
    expect(started.hasSubscribers).toBe(false)
  })

  test('works with what others record through the global API', async () => {
    const receiver = await receive()
    const { obs } = start({ traces: { endpoint: receiver.url } })
    obs.span('ours', () => {
      trace.getTracer('other').startActiveSpan('theirs', (span) => {
        expect(trace.getActiveSpan()).toBe(span)
        const carrier: Record<string, string> = {}
        propagation.inject(context.active(), carrier)
        expect(carrier.traceparent).toContain(span.spanContext().spanId)
        span.end()
      })
    })
    await flush(obs)
    const [theirs, ours] = receiver.spans
    expect(theirs).toMatchObject({ name: 'theirs', scope: 'other', parentSpanId: ours?.spanId })
    metrics.getMeter('other').createCounter('their.count').add(2)
    expect((await obs.scrape()).body).toContain('their_count_total{otel_scope_name="other"} 2')
  })

  test('leaves a TracerProvider that the user has registered where it is, at shutdown too', async () => {
    const provider = new NodeTracerProvider()
    trace.setGlobalTracerProvider(provider)
    const { obs, lines } = start({ traces: { provider } })
    await obs.shutdown()
    const registered = trace.getTracerProvider()
    expect(registered instanceof ProxyTracerProvider && registered.getDelegate()).toBe(provider)
    expect(lines.filter(({ level }) => level === 'warn')).toEqual([])
    trace.disable()
  })

  test('uses a TracerProvider that the user runs already, of OpenTelemetry 2.x', async () => {
    const exporter = new OldExporter()
    const provider = new NodeTracerProvider({ spanProcessors: [new OldProcessor(exporter)] })
    const { obs, lines } = start({ traces: { provider } })
    const url = await serve((_, response) => obs.span('inner', () => response.end()))
    const parent = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }
    await fetch(url, { headers: { traceparent: `00-${parent.traceId}-${parent.spanId}-01` } })
    await until(() => lines.length === 1)
    const spans = exporter.getFinishedSpans().filter((span) => span.name !== 'GET' || span.kind === 1)
    expect(spans.map((span) => [span.name, span.parentSpanContext?.spanId])).toEqual([
      ['inner', spans[1]?.spanContext().spanId],
      ['GET', parent.spanId],
    ])
    expect(lines[0]).toMatchObject({ trace_id: parent.traceId, span_id: spans[1]?.spanContext().spanId })
  })

  test.each([
    ['01', 1, 1],
    ['00', 1, 1],
    ['01', 0, 0],
  ])(
    'begins a new trace that links to the untrusted caller, whose flag %s does not decide over a ratio of %d',
    async (flags, sampleRatio, count) => {
      const receiver = await receive()
      const { obs, lines } = start({ traces: { endpoint: receiver.url, trustIncoming: false, sampleRatio } })
      const url = await serve((_, response) => response.end())
      const [traceId, spanId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331']
      await sendRequest(url, { path: '/', headers: { traceparent: `00-${traceId}-${spanId}-${flags}` } })
      await until(() => lines.length === 1)
      expect(lines[0]?.trace_id).not.toBe(traceId)
      await flush(obs)
      expect(receiver.spans).toHaveLength(count)
      for (const span of receiver.spans) {
        expect(span.traceId).toBe(lines[0]?.trace_id)
        expect(span.parentSpanId).toBeUndefined()
        expect(span.links).toMatchObject([{ traceId, spanId }])
      }
    },
  )

  test('pushes metrics by OTLP when the environment says so, and shows them on /metrics too', async () => {
    const receiver = await receive()
    Object.assign(process.env, {
      OTEL_METRICS_EXPORTER: 'prometheus,otlp',
      OTEL_METRIC_EXPORT_INTERVAL: '100',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    })
    cleanUp.push(() => {
      for (const name of ['METRICS_EXPORTER', 'METRIC_EXPORT_INTERVAL', 'EXPORTER_OTLP_ENDPOINT']) {
        delete process.env[`OTEL_${name}`]
      }
    })
    const { obs } = start()
    obs.counter('orders.placed').add(2)
    const placed = () => receiver.metrics.filter(({ name }) => name === 'orders.placed')
    await until(() => placed().length > 1)
    expect(placed()[0]).toMatchObject({ sum: { isMonotonic: true, dataPoints: [{ asDouble: 2 }] } })
    expect((await obs.scrape()).body).toContain('orders_placed_total 2')
    obs.counter('orders.placed').add(5)
    await obs.shutdown()
    expect(placed().at(-1)).toMatchObject({ sum: { dataPoints: [{ asDouble: 7 }] } })
  })

  test('sends log lines by OTLP when the environment says so', async () => {
    const receiver = await receive()
    Object.assign(process.env, { OTEL_LOGS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url })
    cleanUp.push(() => {
      delete process.env.OTEL_LOGS_EXPORTER
      delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT
    })
    const { obs } = start()
    obs.log.error({ err: new Error('lost', { cause: new Error('why') }), order: 7 }, 'failed')
    await flush(obs)
    expect(receiver.logs).toMatchObject([
      { body: 'failed', severityText: 'error', attributes: { order: 7n, 'exception.message': 'lost' } },
    ])
  })
})

describe('an error of the library itself', () => {
  test('never reaches the request, and is said once', async () => {
    const lines: Record<string, unknown>[] = []
    const destination = { write: (line: string) => void lines.push(JSON.parse(line)) }
    const sink = () => {
      throw new Error('the sink is broken')
    }
    const broken = new ObserveInstance({ service: 'broken', admin: false, log: { destination } }, { sink })
    broken.listen()
    cleanUp.push(() => broken.shutdown())
    const url = await serve((_, response) => response.end('fine'))
    for (let request = 0; request < 3; request += 1) expect(await (await fetch(url)).text()).toBe('fine')
    const errors = () => lines.filter(({ level }) => level === 'error')
    await until(() => errors().length === 2)
    // Its own end and that of the request which asked for it, since both are in this process.
    expect(errors().map(({ msg }) => msg)).toEqual(
      expect.arrayContaining([
        'ending an exchange failed; the request itself is not affected',
        'observing undici:request:trailers failed; the request itself is not affected',
      ]),
    )
    expect(errors()[0]).toMatchObject({ err: { message: 'the sink is broken' } })
  })
})

describe('the log', () => {
  test('redacts secrets and keeps stack and cause of errors', () => {
    const { obs, lines } = start({ log: { redact: ['card.number'] } }, createObserve)
    obs.log.info({
      password: 'x',
      user: { token: 'x', name: 'Ada' },
      headers: { authorization: 'Bearer x', cookie: 'x', accept: 'y' },
      card: { number: '4111' },
    })
    obs.log.error({ err: new Error('outer', { cause: new TypeError('inner') }) }, 'failed')
    const hidden = '[redacted]'
    expect(lines[0]).toMatchObject({
      password: hidden,
      user: { token: hidden, name: 'Ada' },
      headers: { authorization: hidden, cookie: hidden, accept: 'y' },
      card: { number: hidden },
    })
    const inner = { type: 'TypeError', message: 'inner', stack: expect.stringContaining('inner') }
    expect(lines[1]).toMatchObject({ err: { message: 'outer', stack: expect.any(String), cause: inner } })
  })
})

describe('span()', () => {
  test('records what a function throws or rejects with, and passes it on', async () => {
    const receiver = await receive()
    const { obs } = start({ traces: { endpoint: receiver.url } })
    expect(() =>
      obs.span('sync', () => {
        throw new TypeError('bad')
      }),
    ).toThrow('bad')
    await expect(obs.span('async', () => Promise.reject(new Error('worse')))).rejects.toThrow('worse')
    expect(obs.span('value', () => 7)).toBe(7)
    await flush(obs)
    expect(receiver.spans.map(({ name, status }) => [name, status])).toEqual([
      ['sync', { code: 2, message: 'bad' }],
      ['async', { code: 2, message: 'worse' }],
      ['value', {}],
    ])
  })

  test('goes on from a carrier, and links to each of a batch', async () => {
    const receiver = await receive()
    const { obs } = start({ traces: { endpoint: receiver.url } })
    const carriers = ['a', 'b'].map((name) => obs.span(name, () => obs.carrier()))
    obs.span('one', { parent: carriers[0] }, () => undefined)
    obs.span('batch', { links: carriers }, () => undefined)
    await flush(obs)
    const [a, b, one, batch] = receiver.spans
    expect(one).toMatchObject({ traceId: a?.traceId, parentSpanId: a?.spanId })
    expect([a?.traceId, b?.traceId]).not.toContain(batch?.traceId)
    expect(batch?.links).toMatchObject([{ spanId: a?.spanId }, { spanId: b?.spanId }])
  })
})

describe('the admin routes', () => {
  test('answer health, readiness, metrics and the log level', async () => {
    const { obs } = start({}, createObserve)
    let healthy = true
    let runs = 0
    obs.health('database', () => {
      runs += 1
      if (!healthy) throw new Error('no answer of postgres://app:secret@db:5432/shop')
    })
    expect(() => obs.health('database', () => true)).toThrow('there is already a health check "database"')
    const url = await serve(adminListener(obs))
    const ready = async () => {
      const response = await fetch(`${url}/readyz`)
      return [response.status, await response.json()]
    }
    expect(await ready()).toEqual([200, { status: 'ready', checks: { database: 'ok' } }])
    await Promise.all([ready(), ready(), ready()])
    expect(runs).toBe(1)
    healthy = false
    await expect.poll(ready).toEqual([503, { status: 'not ready', checks: { database: 'no answer of [url]' } }])
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    expect(parseMetrics(await (await fetch(`${url}/metrics`)).text(), 'text').size).toBeGreaterThan(5)
    expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(405)
    expect((await fetch(`${url}/elsewhere`)).status).toBe(404)
    const level = (body: string) => fetch(`${url}/loglevel`, { method: 'PUT', body })
    expect((await level('debug')).status).toBe(200)
    expect(obs.log.level).toBe('debug')
    expect((await level('constructor')).status).toBe(400)
    const fromPage = { method: 'PUT', body: 'trace', headers: { origin: 'http://evil.example' } }
    expect((await fetch(`${url}/loglevel`, fromPage)).status).toBe(403)
    expect(obs.log.level).toBe('debug')
    const refused = await level('loud')
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('"loud" is not a level')])
    await obs.shutdown()
    expect((await ready())[0]).toBe(503)
  })
})
