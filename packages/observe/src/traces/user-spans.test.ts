/**
 * Spans across a queue: a message goes on with the trace of its sender, a batch links to each of its messages, and whatever
 * stands on a message in place of a carrier does no harm.
 */
import { SpanKind } from '@opentelemetry/api'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestObserve, type FinishedSpan, type TestObserve } from '../testing.ts'

let obs: TestObserve
beforeEach(() => {
  obs = createTestObserve()
})
afterEach(() => obs.shutdown())

function named(name: string): FinishedSpan {
  const span = obs.spans.find((each) => each.name === name)
  if (span === undefined) throw new Error(`no span ${name}`)
  return span
}

/** A message as a queue would give it back: nothing but JSON. */
function sent(name: string): { carrier: Record<string, string> } {
  return obs.span(name, { kind: SpanKind.PRODUCER }, () => JSON.parse(JSON.stringify({ carrier: obs.carrier() })))
}

test('goes on with the trace of a message', async () => {
  const message = sent('send')
  const result = await obs.span('process', { kind: SpanKind.CONSUMER, parent: message.carrier }, async () => {
    obs.log.info('working')
    return 'done'
  })
  expect(result).toBe('done')
  expect(named('send')).toMatchObject({ kind: 'producer', parentSpanId: undefined })
  expect(named('process')).toMatchObject({
    kind: 'consumer',
    traceId: named('send').traceId,
    parentSpanId: named('send').spanId,
    links: [],
  })
  expect(obs.lines.at(-1)).toMatchObject({ trace_id: named('send').traceId, span_id: named('process').spanId })
})

test('links to each message of a batch, in a trace of its own', () => {
  const messages = ['a', 'b', 'c'].map(sent)
  obs.span('loop', () =>
    obs.span('batch', { kind: SpanKind.CONSUMER, links: messages.map(({ carrier }) => carrier) }, () => {
      obs.span('step', () => undefined)
    }),
  )
  const batch = named('batch')
  expect(batch).toMatchObject({ kind: 'consumer', parentSpanId: undefined })
  expect(batch.links.map(({ traceId, spanId, isRemote }) => ({ traceId, spanId, isRemote }))).toEqual(
    ['a', 'b', 'c'].map((name) => ({ traceId: named(name).traceId, spanId: named(name).spanId, isRemote: true })),
  )
  expect(obs.spans.map(({ traceId }) => traceId).filter((id) => id === batch.traceId)).toHaveLength(2)
  expect(named('step').parentSpanId).toBe(batch.spanId)
})

test('keeps 128 links of a larger batch', () => {
  const { carrier } = sent('send')
  obs.span('batch', { links: Array.from({ length: 1000 }, () => carrier) }, () => undefined)
  expect(named('batch').links).toHaveLength(128)
})

describe('what is no carrier', () => {
  const cycle: Record<string, unknown> = {}
  cycle.traceparent = cycle
  const malformed: unknown[] = [
    null,
    undefined,
    '',
    'text',
    7,
    [],
    {},
    { traceparent: 7 },
    { traceparent: ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'] },
    { traceparent: '00-00000000000000000000000000000000-b7ad6b7169203331-01' },
    { traceparent: 'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: {} },
    { traceparent: 'x'.repeat(100_000), baggage: 'y'.repeat(100_000) },
    { __proto__: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } },
    JSON.parse('{"__proto__": {"polluted": "yes"}, "traceparent": null}'),
    cycle,
  ]

  test.each(malformed.map((carrier, at) => [at, carrier] as const))('%i begins a new trace', (_, carrier) => {
    expect(obs.span('process', { parent: carrier as Record<string, string> }, () => 'done')).toBe('done')
    expect(named('process')).toMatchObject({ parentSpanId: undefined, links: [], status: 'unset' })
    expect({}).not.toHaveProperty('polluted')
  })

  test('is left out of a batch', () => {
    const { carrier } = sent('send')
    obs.span('batch', { links: [...(malformed as Record<string, string>[]), carrier] }, () => undefined)
    expect(named('batch').links.map(({ spanId }) => spanId)).toEqual([named('send').spanId])
  })
})

test('continues one message and links to others', () => {
  const messages = ['a', 'b'].map(sent)
  obs.span('process', { parent: messages[0]?.carrier, links: [messages[1]?.carrier] }, () => undefined)
  expect(named('process')).toMatchObject({ traceId: named('a').traceId, parentSpanId: named('a').spanId })
  expect(named('process').links.map(({ spanId }) => spanId)).toEqual([named('b').spanId])
})

test('untraced work has no spans, and what surrounds it has', async () => {
  const result = await obs.span('poll', () =>
    obs.untraced(async () => {
      obs.span('look', () => undefined)
      await Promise.resolve()
      return obs.span('look again', () => 'done')
    }),
  )
  expect(result).toBe('done')
  expect(obs.spans.map(({ name }) => name)).toEqual(['poll'])
})

test('is under the active span without a carrier, and after an error still ends', async () => {
  await obs.span('outer', async () => {
    await expect(
      obs.span('process', { kind: SpanKind.CONSUMER, parent: undefined }, async () => {
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
  })
  expect(named('process')).toMatchObject({ parentSpanId: named('outer').spanId, status: 'error' })
})
