/**
 * The whole surface at once: any method of the library's API, of a span, a tracer, a meter, an instrument and the log, with any
 * value. None throws what it was not given, and the record of a careful neighbour arrives after each. `SURFACE_CALLS` sets the number of calls.
 */
import { decodeLogs, decodeMetrics, decodeTraces, type Plain } from '@lab/test-kit/otlp-decode'
import type { Meter, Span, Tracer } from '@opentelemetry/api'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createObserve } from '../src/index.ts'
import { Metrics } from '../src/metrics/metrics.ts'
import { exposition } from '../src/metrics/prometheus/exposition.ts'
import { MetricBatch } from '../src/otlp/metric-batch.ts'
import { Batch } from '../src/otlp/record-batch.ts'
import { DEFAULT_SPAN_LIMITS } from '../src/settings/span-limits.ts'
import { Traces } from '../src/traces/traces.ts'
import { parseMetrics } from './strict-metrics.ts'

const CALLS = Number(process.env.SURFACE_CALLS ?? 5000)
const CALLS_OF_ROUND = 500

function refuse(): never {
  throw new Error('refused')
}

/** Stands for a proxy that throws whatever is asked of it, fast-check's own questions included. */
const REFUSING = Symbol('refusing')
const refusing = new Proxy({}, { get: refuse, ownKeys: refuse, has: refuse, getPrototypeOf: refuse })

const value = fc.oneof(
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withNullPrototype: true,
  }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom<unknown>(
    '__proto__',
    'constructor',
    '',
    '\ud800',
    Number.NaN,
    -1,
    [1, -1],
    [0, 2e9],
    Symbol('s'),
    new Error('x'),
  ),
  fc.constant(REFUSING),
)

const METHODS = {
  span: [
    'setAttribute',
    'setAttributes',
    'addEvent',
    'addLink',
    'addLinks',
    'setStatus',
    'updateName',
    'recordException',
    'end',
  ],
  meter: ['createCounter', 'createUpDownCounter', 'createGauge', 'createHistogram', 'createObservableGauge'],
  log: ['info', 'error', 'child'],
} as const

type Call = [keyof typeof METHODS | 'tracer' | 'instrument', number, unknown[]]

const call: fc.Arbitrary<Call> = fc.tuple(
  fc.constantFrom('span', 'tracer', 'meter', 'instrument', 'log'),
  fc.nat(),
  fc.array(value, { maxLength: 3 }),
)

/** Calls a method by its name, as JavaScript does, with what TypeScript would refuse. */
function invoke(target: object, name: string, args: unknown[]): unknown {
  return Reflect.apply(Reflect.get(target, name), target, args)
}

test('no call throws, and no neighbour is lost', async () => {
  const batch = new Batch({})
  const lines = new Batch({})
  const metrics = new Metrics({ resource: {}, maxSeries: 100, buckets: [1] })
  const sampling = { ratio: 1, parentBased: false }
  const sink = batch.addSpan.bind(batch)
  const traces = new Traces({ sampling, limits: DEFAULT_SPAN_LIMITS, provider: undefined, sink })
  const destination = { write: (line: string) => lines.addLine(line) }
  const obs = createObserve({ service: 'surface', admin: false, traces: false, log: { destination } })
  let calls = 0
  const lost: string[] = []

  function run([kind, index, given]: Call): void {
    const args = given.map((one) => (one === REFUSING ? refusing : one))
    const tracer: Tracer = invoke(traces.provider, 'getTracer', args) as Tracer
    const meter: Meter = invoke(metrics.provider, 'getMeter', args) as Meter
    if (kind === 'tracer') (invoke(tracer, 'startSpan', args) as Span).end()
    else if (kind === 'instrument') {
      invoke(meter.createCounter('c'), 'add', args)
      invoke(meter.createGauge('g'), 'record', args)
      invoke(meter.createHistogram('h'), 'record', args)
    } else {
      const target = { span: tracer.startSpan('span'), meter, log: obs.log }[kind]
      const names = METHODS[kind]
      const name = names[index % names.length] ?? ''
      // The options of a child are pino's, which throws for a level that there is none of.
      invoke(target, name, name === 'child' ? args.slice(0, 1) : args)
      if ('end' in target) target.end()
    }
  }

  for (let round = 0; calls < CALLS; round += 1) {
    let neighbours = 0
    for (const one of fc.sample(call, { seed: round, numRuns: CALLS_OF_ROUND })) {
      run(one)
      traces.tracer.startSpan('neighbour').end()
      obs.log.info('neighbour')
      metrics.counter('neighbours').add(1)
      neighbours += 1
      calls += 1
    }
    const spans = decodeTraces(batch.take()).filter(({ name }) => name === 'neighbour')
    const records = decodeLogs(lines.take()).filter(({ body }) => body === 'neighbour')
    if (spans.length < neighbours) lost.push(`${neighbours - spans.length} spans in round ${round}`)
    if (records.length < neighbours) lost.push(`${neighbours - records.length} lines in round ${round}`)
  }
  const points = await metrics.read()
  const metricBatch = new MetricBatch()
  metricBatch.add(points)
  const counted = decodeMetrics(metricBatch.take()).find(({ name }) => name === 'neighbours') as Plain | undefined
  expect(JSON.stringify(counted, (_, part) => (typeof part === 'bigint' ? Number(part) : part))).toContain(`${calls}`)
  for (const format of ['text', 'openmetrics'] as const) parseMetrics([...exposition(points, format)].join(''), format)
  console.log(`${calls} calls: 0 throws, ${lost.length} rounds with lost neighbours`)
  expect(lost).toEqual([])
  await obs.shutdown()
})
