/**
 * Spans of processes whose clocks differ, moved so that no effect comes before its cause.
 */
import { expect, test } from 'vitest'
import { spanOf } from '../../../test/spans.ts'
import type { LogLine, Span } from '../../contract/contract.ts'
import { onOneClock } from './clocks.ts'

const processes = new Map<string, Span['resource']>()

function span(service: string, kind: Span['kind'], parentId: string | null, start: number, duration: number): Span {
  const resource = processes.get(service) ?? {}
  processes.set(service, resource)
  const events = [{ time: start, name: 'begun', attributes: {} }]
  return spanOf({
    spanId: `${service} ${kind}`,
    parentId,
    name: 'span',
    service,
    kind,
    start,
    duration,
    resource,
    events,
  })
}

const line: LogLine = {
  id: '1.1',
  time: -4990,
  level: 'info',
  service: 'stock',
  body: 'read',
  traceId: null,
  spanId: 'stock server',
  attributes: {},
  resource: {},
  scope: '',
}

const call = [span('edge', 'server', null, 0, 100), span('edge', 'client', 'edge server', 10, 80)]

function starts(spans: Span[]) {
  return Object.fromEntries(onOneClock(spans, []).spans.map(({ spanId, start }) => [spanId, start]))
}

test('a process whose clock is behind moves as a whole into the middle of the call, with its logs and events', () => {
  const stock = [span('stock', 'server', 'edge client', -5000, 60), span('stock', 'client', 'stock server', -4980, 20)]
  const { spans, logs, clocks } = onOneClock([...stock, ...call], [line])
  expect(clocks).toEqual([{ service: 'stock', offset: 5020 }])
  expect(spans.map(({ spanId, start }) => [spanId, start])).toEqual([
    ['edge server', 0],
    ['edge client', 10],
    ['stock server', 20],
    ['stock client', 40],
  ])
  expect(spans[2]?.events[0]?.time).toBe(20)
  expect(logs[0]?.time).toBe(30)
})

test('what a moved process calls is moved along only where it has to be', () => {
  const stock = [span('stock', 'server', 'edge client', -5000, 60), span('stock', 'client', 'stock server', -4980, 40)]
  expect(starts([...call, ...stock, span('store', 'server', 'stock client', 45, 10)])['store server']).toBe(45)
  expect(starts([...call, ...stock, span('store', 'server', 'stock client', -4970, 20)])['store server']).toBe(50)
})

test('nothing moves where clocks agree, within a millisecond, or where a call did not wait', () => {
  const still = (...spans: Span[]) => expect(onOneClock([...call, ...spans], [])).toMatchObject({ clocks: [] })
  still(span('stock', 'server', 'edge client', 15, 70))
  still(span('stock', 'server', 'edge client', 9.5, 80))
  still(span('stock', 'server', 'edge client', 20, 2000))
  still(span('later', 'consumer', 'edge client', 4000, 10))
  still(span('lost', 'server', 'never arrived', -9000, 10))
})

test('an effect never comes before its cause, whatever the kind of call', () => {
  expect(starts([...call, span('later', 'consumer', 'edge client', -300, 10)])['later consumer']).toBe(10)
})
