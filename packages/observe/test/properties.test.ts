/**
 * Bad input, found by fast-check rather than by us: whatever a client or an app hands over, nothing is thrown into the
 * user's code, and all output can be parsed and says no more than it should.
 */
import { createServer, type Server } from 'node:http'
import type { Attributes } from '@opentelemetry/api'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Batch } from '../src/core/otlp.ts'
import { createObserve } from '../src/index.ts'
import { createTestObserve, type TestObserve } from '../src/testing.ts'
import type { Observe } from '../src/types.ts'
import { closed, listening } from './contract/server.ts'
import { decodeLogs } from './otlp-receiver.ts'
import { send } from './raw-client.ts'
import { parseMetrics } from './strict-metrics.ts'

/** Text that somebody wrote to break a parser. */
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

/** An object that throws whoever reads it; fast-check alone may ask for its name. */
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

describe('the log', () => {
  it('is one JSON object a line, whatever is logged, here and at the endpoint', () => {
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
    fc.assert(
      fc.property(anything, nasty, (value, message) => {
        text = ''
        log(value, message)
        log({ value }, message)
        log({ err: value }, message)
        expect(text.endsWith('\n')).toBe(true)
        const lines = text.slice(0, -1).split('\n')
        expect(lines).toHaveLength(3)
        for (const line of lines) {
          expect(JSON.parse(line)).toMatchObject({ service: 'properties' })
          const batch = new Batch({})
          batch.addLine(line)
          expect(decodeLogs(batch.take())).toHaveLength(1)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('the metrics', () => {
  it('are valid in both formats, whatever names and labels are', async () => {
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
})

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

  it('is told by one valid line, span and series, whatever its method, path and headers are', async () => {
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
  it('takes any attribute, event and error, and its export decodes', async () => {
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
