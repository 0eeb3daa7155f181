/**
 * Every method of `Observe`, and OpenTelemetry's API objects as a program reaches them, with any value, each within a request. None
 * throws but what is documented, and the request and a careful neighbour arrive after each. `SURFACE_CALLS` sets the number of calls.
 */
import { EventEmitter } from 'node:events'
import { type Receiver, startReceiver } from '@lab/test-kit/otlp-receiver'
import { type Context, context, logs, metrics, propagation, trace } from '@opentelemetry/api'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Observe, observe } from '../src/index.ts'
import { observeWeb } from '../src/web.ts'
import { parseMetrics, sampleValue } from './strict-metrics.ts'

const CALLS = Number(process.env.SURFACE_CALLS ?? 3000)

function refuse(): never {
  throw new Error('refused')
}

/** Stands for a proxy that throws whatever is asked of it, fast-check's own questions included. */
const REFUSING = Symbol('refusing')
const refusing = new Proxy({}, { get: refuse, ownKeys: refuse, has: refuse, getPrototypeOf: refuse })

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withNullPrototype: true,
})
const odd = fc.constantFrom<unknown>('__proto__', '', '\ud800', Number.NaN, -1, Symbol('s'), new Error('x'), REFUSING)
const call = fc.tuple(fc.nat(), fc.array(fc.oneof(anything, odd), { minLength: 1, maxLength: 4 }))

/** Calls a method by its name, as JavaScript does, with what TypeScript would refuse. */
function invoke(target: object, name: string, ...args: unknown[]): unknown {
  return Reflect.apply(Reflect.get(target, name), target, args)
}

/** Only what is documented may be thrown: a name or buckets that no instrument can have, a check whose name is taken. */
function documented(run: () => unknown): void {
  try {
    run()
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error
  }
}

function done(): string {
  return 'done'
}

/** What a program can do to a record, named for the message of a failure. */
const actions: Record<string, (obs: Observe, args: unknown[]) => unknown> = {
  'obs.set': (obs, args) => invoke(obs, 'set', ...args),
  'obs.route': (obs, args) => invoke(obs, 'route', ...args),
  'obs.recordError': (obs, args) => invoke(obs, 'recordError', ...args),
  'obs.carrier': (obs, args) => invoke(obs, 'carrier', ...args),
  'obs.untraced': (obs) => expect(obs.untraced(done)).toBe('done'),
  'obs.span': (obs, [name]) => expect(invoke(obs, 'span', name, done)).toBe('done'),
  'obs.span with options': (obs, [name, options]) => {
    if (typeof options !== 'function') expect(invoke(obs, 'span', name, options, done)).toBe('done')
  },
  'obs.span, parts': (obs, [name, attributes, parent, links]) =>
    expect(invoke(obs, 'span', name, { attributes, parent, links, kind: name }, done)).toBe('done'),
  'obs.span, result': (obs, [result]) => void invoke(obs, 'span', 'result', () => (isThenable(result) ? 1 : result)),
  'obs.counter': (obs, args) => documented(() => invoke(obs, 'counter', ...args)),
  'obs.gauge': (obs, args) => documented(() => invoke(obs, 'gauge', ...args)),
  'obs.histogram': (obs, args) => documented(() => invoke(obs, 'histogram', ...args)),
  'counter.add': (obs, args) => invoke(obs.counter('c'), 'add', ...args),
  'gauge.record': (obs, args) => invoke(obs.gauge('g'), 'record', ...args),
  'histogram.record': (obs, args) => invoke(obs.histogram('h'), 'record', ...args),
  'obs.health': (obs, args) => documented(() => invoke(obs, 'health', ...args)),
  'obs.log': (obs, args) => invoke(obs.log, 'warn', ...args),
  'trace.getTracer': (_, args) => (invoke(trace.getTracer('t'), 'startSpan', ...args) as { end(): void }).end(),
  'tracer.startActiveSpan': (_, args) => invoke(trace.getTracer('t'), 'startActiveSpan', ...args, done),
  'trace.setSpan': (_, [span]) =>
    context.with(trace.setSpan(context.active(), span as never), () => trace.getTracer('t').startSpan('x').end()),
  'metrics.getMeter': (_, args) => invoke(metrics, 'getMeter', ...args),
  'meter.createObservableGauge': (_, [value, attributes]) => {
    const gauge = metrics.getMeter('m').createObservableGauge('observed')
    const callback = (result: object): void => void invoke(result, 'observe', value, attributes)
    gauge.addCallback(callback)
    gauge.removeCallback(callback)
    invoke(gauge, 'addCallback', value)
    invoke(gauge, 'removeCallback', value)
  },
  'logs.getLogger': (_, [name, record]) => invoke(logs.getLogger(name as string), 'emit', record),
  'context.with': (_, [given]) => expect(context.with(given as Context, done)).toBe('done'),
  'context.bind': (_, [given, target]) => {
    invoke(context, 'bind', given, target)
    expect(context.bind(given as Context, done)()).toBe('done')
    context.bind(given as Context, new EventEmitter()).emit('event')
  },
  'propagation.inject': (_, [given, carrier]) =>
    invoke(propagation, 'inject', context.active(), given, { set: () => carrier }),
  'propagation.extract': (_, [value]) =>
    propagation.extract(context.active(), {}, { get: () => value as string, keys: () => ['traceparent', 'baggage'] }),
}
const names = Object.keys(actions)

function isThenable(value: unknown): boolean {
  return value !== refusing && typeof value === 'object' && value !== null && 'then' in value
}

let receiver: Receiver
beforeAll(async () => {
  receiver = await startReceiver()
})
afterAll(() => receiver.close())

test('no call within a request throws, and no record is lost', async () => {
  const thrown: string[] = []
  const lines: string[] = []
  const write = (line: string): void => void lines.push(line)
  const obs = observe({
    service: 'surface',
    admin: false,
    log: { destination: { write } },
    traces: { endpoint: receiver.url },
    // The receiver's own server is in this process.
    ignore: (path) => path.startsWith('/v1/'),
  })
  const neighbours = obs.counter('neighbours')
  let run = (): unknown => undefined
  const handle = observeWeb(obs, () => {
    run()
    return new Response()
  })
  let calls = 0
  for (let round = 0; calls < CALLS; round += 1) {
    for (const [index, given] of fc.sample(call, { seed: round, numRuns: 500 })) {
      const args = given.map((one) => (one === REFUSING ? refusing : one))
      const name = names[(index + calls) % names.length] ?? ''
      run = () => {
        try {
          actions[name]?.(obs, args)
        } catch (error) {
          thrown.push(`${name}: ${error instanceof Error ? error.stack?.split('\n').slice(0, 4).join(' ') : 'thrown'}`)
        }
      }
      await handle(new Request('http://host/path'))
      trace.getTracer('careful').startSpan('neighbour').end()
      obs.log.info('neighbour')
      neighbours.add(1)
      calls += 1
    }
    await obs.flush()
  }
  expect([...new Set(thrown)]).toEqual([])
  expect(receiver.spans.filter(({ name }) => name === 'neighbour')).toHaveLength(calls)
  expect(receiver.spans.filter(({ name }) => String(name).startsWith('GET'))).toHaveLength(calls)
  const messages = lines.map((line) => JSON.parse(line).msg)
  expect(messages.filter((message) => message === 'neighbour')).toHaveLength(calls)
  expect(messages.filter((message) => message === 'request completed')).toHaveLength(calls)
  for (const [accept, format] of [
    ['text/plain', 'text'],
    ['application/openmetrics-text', 'openmetrics'],
  ] as const) {
    expect(sampleValue(parseMetrics((await obs.scrape(accept)).body, format), 'neighbours_total')).toBe(calls)
  }
  await obs.shutdown()
}, 600_000)
