/**
 * Bad input, found by fast-check rather than by us: whatever a client or an app hands over, nothing is thrown into the
 * user's code, and all output can be parsed and says no more than it should.
 */
import { createServer, type Server } from 'node:http'
import { decodeLogs, decodeMetrics, type Plain } from '@lab/test-kit/otlp-decode'
import { startReceiver } from '@lab/test-kit/otlp-receiver'
import { closed, listening } from '@lab/test-kit/server'
import { type Attributes, type Meter, type MetricOptions, trace } from '@opentelemetry/api'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { logField } from '../src/conventions/names.ts'
import { observeHttp } from '../src/http.ts'
import { createObserve } from '../src/index.ts'
import { Metrics } from '../src/metrics/metrics.ts'
import { exposition } from '../src/metrics/prometheus/exposition.ts'
import { MetricBatch } from '../src/otlp/metric-batch.ts'
import { Batch } from '../src/otlp/record-batch.ts'
import { createTestObserve, type TestObserve } from '../src/testing.ts'
import type { Observe } from '../src/types.ts'
import { send } from './raw-client.ts'
import { parseMetrics } from './strict-metrics.ts'

/** Text that breaks parsers. */
const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '\ud800',
    'a\udc00b',
    '"',
    '\\',
    '\n',
    '\r\n',
    '\u0000',
    '\u2028',
    '}\n{"level":"fatal"}',
    '"} 1\nevil 1\n',
  ),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'level', 'time', 'msg', 'err', 'trace_id'),
)

/** A megabyte of whatever breaks most when it is repeated or cut. */
const huge = fc
  .constantFrom('x', '"', '\\', '\n', '\u0000', 'é', '\ud83d\ude00', '\ud800', '\u2028', '%', '/')
  .map((unit) => unit.repeat(2 ** 20 / unit.length))

/** Values of every kind, cyclic and throwing ones among them. */
const anything = fc.oneof(
  nasty,
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true, key: nasty }),
  fc.constantFrom(Symbol('s'), 2n ** 70n, Number.NaN, Number.NEGATIVE_INFINITY, -0, () => 1, new Error('x\ny')),
  nasty.map((name) => ({ [name]: Symbol('inside') })),
  fc.constant(0).map(cyclic),
  fc.constant(0).map(throwing),
  fc.constant(0).map(refusing),
)

function cyclic(): unknown {
  const value: Record<string, unknown> = { own: 1 }
  value.self = [value]
  return value
}

/** An object that throws when it is read; fast-check alone may ask for its name. */
function throwing(): unknown {
  const value = { toJSON: refuse, [fc.toStringMethod]: () => 'throwing' }
  return Object.defineProperty(value, 'broken', { get: refuse, enumerable: true })
}

function refusing(): unknown {
  const named = (key: unknown) => key === fc.toStringMethod
  const get = (_: unknown, key: unknown) => (named(key) ? () => 'refusing' : refuse())
  return new Proxy({}, { ownKeys: refuse, get, has: (_, key) => named(key) })
}

function refuse(): never {
  throw new Error('refused')
}

/** Each line is one JSON object, and one record at the endpoint. */
function expectLines(text: string, count: number): void {
  expect(text.endsWith('\n')).toBe(true)
  const lines = text.slice(0, -1).split('\n')
  expect(lines).toHaveLength(count)
  for (const line of lines) {
    expect(JSON.parse(line)).toMatchObject({ service: 'properties' })
    const batch = new Batch({})
    batch.addLine(line)
    expect(decodeLogs(batch.take())).toHaveLength(1)
  }
}

describe('the log', () => {
  test('is one JSON object a line, whatever is logged, here and at the endpoint', () => {
    let text = ''
    const write = (line: string): void => {
      text += line
    }
    const obs = createObserve({
      service: 'properties',
      admin: false,
      traces: false,
      log: { level: 'trace', destination: { write } },
    })
    const log = (value: unknown, message: string): void => obs.log.info(value, message)
    const fields = Object.values(logField).filter((field) => field !== logField.service)
    fc.assert(
      fc.property(anything, nasty, (value, message) => {
        text = ''
        log(value, message)
        log({ value }, message)
        for (const field of fields) log({ [field]: value }, message)
        expectLines(text, 2 + fields.length)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a huge string', () => {
  test('is one line of the log and one record at the endpoint, as message, field, key and error', () => {
    let text = ''
    const write = (line: string): void => {
      text += line
    }
    const obs = createObserve({ service: 'properties', admin: false, traces: false, log: { destination: { write } } })
    fc.assert(
      fc.property(huge, (value) => {
        text = ''
        obs.log.info(value)
        obs.log.info({ value, [value]: 1, list: [value] }, 'field')
        obs.log.info({ err: new Error(value) }, 'error')
        expectLines(text, 3)
      }),
      { numRuns: 10 },
    )
  })

  test('may be name, attribute, event and error of a span, or the path of a request, and a backend decodes it', async () => {
    const receiver = await startReceiver()
    const obs = createObserve({
      service: 'properties',
      admin: false,
      traces: { endpoint: receiver.url },
      log: { destination: { write: () => undefined } },
    })
    const server = createServer(
      { maxHeaderSize: 4 * 2 ** 20 },
      observeHttp(obs, (_request, response) => response.end()),
    )
    const url = await listening(server)
    let runs = 0
    await fc.assert(
      fc.asyncProperty(huge, async (value) => {
        runs += 1
        const attributes = { value, [value]: 'key', list: [value, value] }
        expect(() =>
          obs.span(value, { attributes }, () => {
            trace.getActiveSpan()?.addEvent(value, attributes)
            throw new Error(value)
          }),
        ).toThrow()
        const path = encodeURI(value.toWellFormed()).slice(0, 2 ** 20)
        const { status } = await send(url, `GET /${path} HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n`)
        expect(status).toBe(200)
        await obs.flush()
      }),
      { numRuns: 10 },
    )
    expect(receiver.spans.filter(({ kind }) => kind === 1)).toHaveLength(runs)
    await expect.poll(() => obs.flush().then(() => receiver.spans.length)).toBe(2 * runs)
    await closed(server)
    await obs.shutdown()
    await receiver.close()
  })
})

describe('the metrics', () => {
  test('are valid in both formats, whatever names and labels are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            fc.oneof(nasty, fc.stringMatching(/^[a-zA-Z][\w.\-/]{0,20}$/)),
            fc.dictionary(nasty, anything),
            nasty,
            nasty,
          ),
          {
            maxLength: 5,
          },
        ),
        async (instruments) => {
          const obs = createObserve({ service: 'properties', admin: false, traces: false, log: { level: 'silent' } })
          for (const [name, labels, description, unit] of instruments)
            record(obs, name, labels as Attributes, description, unit)
          for (const [accept, format] of FORMATS) parseMetrics((await obs.scrape(accept)).body, format)
          await obs.shutdown()
        },
      ),
      { numRuns: 200 },
    )
  })

  test('decode as OTLP, whatever names and labels are, with the values that were recorded', async () => {
    const metric = fc.record({ name: nasty, description: nasty, unit: nasty, labels: fc.dictionary(nasty, anything) })
    const scope = fc.record({ name: nasty, version: nasty, metrics: fc.array(metric, { maxLength: 3 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(scope, { maxLength: 3 }), async (scopes) => {
        const metrics = newMetrics()
        for (const { name, version, metrics: recorded } of scopes) {
          const meter = metrics.provider.getMeter(name, version)
          for (const one of recorded) recordByApi(meter, one.name, one.labels as Attributes, one)
        }
        const [decoded] = await decodedAndExposed(metrics)
        const names = scopes.flatMap((scope) => scope.metrics.map((one) => one.name.toWellFormed().toLowerCase()))
        expect(new Set(decoded.map(({ name }) => String(name ?? '').toLowerCase()))).toEqual(new Set(names))
        const counts = decoded.flatMap(({ histogram }) => pointsOf(histogram).map(({ count }) => Number(count)))
        // Three of each histogram's values are numbers that it takes.
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3 * names.length)
      }),
      { numRuns: 200 },
    )
  })

  test('take labels of a megabyte', async () => {
    await fc.assert(
      fc.asyncProperty(huge, nasty, async (value, key) => {
        const metrics = newMetrics()
        recordByApi(metrics.provider.getMeter('huge'), 'huge', { [key]: value }, {})
        metrics.counter('ours', { description: value }).add(1, { [value]: key, list: [value] })
        const [decoded, bodies] = await decodedAndExposed(metrics)
        expect(decoded).toHaveLength(4)
        for (const body of bodies) expect(body.length).toBeGreaterThan(2 ** 20)
      }),
      { numRuns: 4 },
    )
  })
})

function newMetrics(): Metrics {
  return new Metrics({
    resource: { 'service.name': 'properties' },
    maxSeries: 100,
    buckets: [1],
  })
}

/** One counter, gauge and histogram of a name, each with numbers that it takes and with others. */
function recordByApi(meter: Meter, name: string, labels: Attributes, options: MetricOptions): void {
  const writes = [
    meter.createCounter(name, options).add,
    meter.createGauge(name, options).record,
    meter.createHistogram(name, options).record,
  ]
  for (const write of writes)
    for (const value of [1, 0.1, 3, -1, Number.NaN, Number.POSITIVE_INFINITY]) write(value, labels)
}

/** The metrics as a backend decodes them, and as both texts, which are valid. */
async function decodedAndExposed(metrics: Metrics): Promise<[Plain[], string[]]> {
  const points = await metrics.read()
  const batch = new MetricBatch()
  batch.add(points)
  const bodies = FORMATS.map(([, format]) => [...exposition(points, format)].join(''))
  for (const [index, [, format]] of FORMATS.entries()) parseMetrics(bodies[index] ?? '', format)
  return [decodeMetrics(batch.take()), bodies]
}

function pointsOf(data: unknown): Plain[] {
  return typeof data === 'object' && data !== null && 'dataPoints' in data ? (data.dataPoints as Plain[]) : []
}

const FORMATS = [
  ['application/openmetrics-text', 'openmetrics'],
  ['text/plain', 'text'],
] as const

/** Names are checked where an instrument is made, which is at the start; recording never throws. */
function record(obs: Observe, name: string, labels: Attributes, description: string, unit: string): void {
  const made = [
    () => obs.counter(`${name}.a`, { description, unit }).add,
    () => obs.gauge(`${name}.b`, { description, unit }).record,
    () => obs.histogram(`${name}.c`, { description, unit }).record,
  ].flatMap((make) => {
    try {
      return make()
    } catch (error) {
      expect(error).toBeInstanceOf(TypeError)
      return []
    }
  })
  for (const write of made) for (const value of [1, -1, 0.1, Number.NaN, Number.POSITIVE_INFINITY]) write(value, labels)
}

describe('a request', () => {
  let obs: TestObserve
  let server: Server
  let url: string
  let served = 0

  beforeAll(async () => {
    obs = createTestObserve({ listen: true })
    server = createServer((_request, response) => {
      served += 1
      response.end()
    })
    url = await listening(server)
  })
  afterAll(async () => {
    await closed(server)
    await obs.shutdown()
  })

  test('gives one valid line, span and series, whatever its method, path and headers are', async () => {
    const word = fc.oneof(
      nasty,
      fc.constantFrom('GET', 'POST', 'PURGE', '/', '*', '//', '/a?b#c', 'http://h/x', '/%ff'),
    )
    const header = fc.constantFrom('traceparent', 'tracestate', 'baggage', 'host', 'user-agent', 'content-length', 'x')
    await fc.assert(
      fc.asyncProperty(
        word,
        word,
        fc.array(fc.tuple(header, nasty), { maxLength: 5 }),
        async (method, path, headers) => {
          obs.reset()
          served = 0
          const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
          await send(url, `${method} ${path} HTTP/1.1\r\nhost: h\r\nconnection: close\r\n${lines}\r\n`)
          await obs.until(() => obs.spans.length === served && obs.lines.length === served)
          for (const [accept, format] of FORMATS) parseMetrics((await obs.scrape(accept)).body, format)
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('a span', () => {
  test('takes any attribute, event and error, and its export decodes', async () => {
    const obs = createTestObserve()
    fc.assert(
      fc.property(nasty, fc.dictionary(nasty, anything), anything, (name, attributes, thrown) => {
        obs.recordError(thrown)
        expect(() =>
          obs.span(name, { attributes: attributes as Attributes }, () => {
            obs.recordError(thrown)
            throw thrown
          }),
        ).toThrow()
      }),
      { numRuns: 300 },
    )
    await obs.shutdown()
  })
})
