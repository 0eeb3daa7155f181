/**
 * Figures of metrics are those of the sender, whatever its interval and the step of the chart.
 */

import { expect, test } from 'vitest'
import type { Metric } from '../src/contract/contract.ts'
import { type Running, runConsole } from './running-console.ts'
import { type Json, nanoseconds, resourceOf } from './shop.ts'

const HOUR = 3_600_000
/** A whole hour ago, so that every step begins on it. */
const start = Math.floor(Date.now() / HOUR) * HOUR - HOUR
const MINUTE = 60_000

interface Sent {
  name?: string
  unit?: string
  instance?: string
  metric: (points: Json[]) => Json
  points: Json[]
}

async function send(running: Running, { name = 'jobs', unit = '1', instance = 'a', metric, points }: Sent) {
  const resource = resourceOf('shop')
  const attributes = [{ key: 'service.name', value: { stringValue: 'shop' } }]
  attributes.push({ key: 'service.instance.id', value: { stringValue: instance } })
  const scopeMetrics = [{ metrics: [{ name, unit, ...metric(points) }] }]
  const answer = await running.send('metrics', {
    resourceMetrics: [{ resource: { ...resource, attributes }, scopeMetrics }],
  })
  expect(await answer.json()).toEqual({})
}

function at(time: number, more: Json): Json {
  return { timeUnixNano: nanoseconds(time), ...more }
}

function gauge(dataPoints: Json[]): Json {
  return { gauge: { dataPoints } }
}

function counter(aggregationTemporality: 1 | 2): (points: Json[]) => Json {
  return (dataPoints) => ({ sum: { aggregationTemporality, isMonotonic: true, dataPoints } })
}

function values({ series }: Metric, index = 0): number[] {
  return (series[index]?.points ?? []).flatMap(({ value }) => (value === null ? [] : [Math.round(value * 1000) / 1000]))
}

async function rates(running: Running, step: number): Promise<Set<number>> {
  const range = { from: start, to: start + 20 * MINUTE }
  return new Set(values(await running.query('/api/metric', { name: 'jobs', stat: 'rate', step, ...range })))
}

const begun = { startTimeUnixNano: nanoseconds(start) }
const minutes = Array.from({ length: 20 }, (_, index) => start + (index + 1) * MINUTE)

test.each([
  ['cumulative', counter(2), minutes.map((time, index) => at(time, { ...begun, asInt: 120 * (index + 1) }))],
  ['delta', counter(1), minutes.map((time) => at(time, { startTimeUnixNano: nanoseconds(time - MINUTE), asInt: 120 }))],
  [
    'cumulative without a start',
    counter(2),
    [at(start - MINUTE, { asInt: 0 }), ...[start, ...minutes].map((time, n) => at(time, { asInt: 120 * (n + 1) }))],
  ],
])('a %s counter of 2/s is 2/s at every step', async (_, metric, points) => {
  const running = await runConsole()
  await send(running, { metric, points })
  for (const step of [10_000, 30_000, MINUTE, 2 * MINUTE, 10 * MINUTE])
    expect(await rates(running, step)).toEqual(new Set([2]))
})

test('a restart and a late point change no rate', async () => {
  const running = await runConsole()
  const before = minutes.slice(0, 10).map((time, index) => at(time, { ...begun, asInt: 120 * (index + 1) }))
  const restarted = { startTimeUnixNano: nanoseconds(start + 10 * MINUTE) }
  const after = minutes.slice(10).map((time, index) => at(time, { ...restarted, asInt: 120 * (index + 1) }))
  const [late, ...others] = [...before, ...after].reverse()
  await send(running, { metric: counter(2), points: others })
  await send(running, { metric: counter(2), points: late ? [late] : [] })
  for (const step of [10_000, MINUTE, 10 * MINUTE]) expect(await rates(running, step)).toEqual(new Set([2]))
})

test('the rates of two processes are added, and so are up-down counters', async () => {
  const running = await runConsole()
  const points = minutes.map((time, index) => at(time, { ...begun, asInt: 120 * (index + 1) }))
  for (const instance of ['a', 'b']) await send(running, { instance, metric: counter(2), points })
  expect(await rates(running, 10_000)).toEqual(new Set([4]))
})

test('gauges of two processes are two lines, and split by another attribute their mean', async () => {
  const running = await runConsole()
  const name = 'temperature'
  const degrees = (value: number, offset: number) => minutes.map((time) => at(time + offset, { asDouble: value }))
  await send(running, { name, instance: 'a', metric: gauge, points: degrees(40, 0) })
  await send(running, { name, instance: 'b', metric: gauge, points: degrees(60, -20_000) })
  const range = { from: start, to: start + 20 * MINUTE, step: 10_000 }
  const each = await running.query('/api/metric', { name, ...range })
  expect(each.series.map(({ label }) => label)).toEqual(['b', 'a'])
  expect([new Set(values(each, 0)), new Set(values(each, 1))]).toEqual([new Set([60]), new Set([40])])
  expect(each.instrument.attributes).toContain('service.instance.id')
  const mean = values(await running.query('/api/metric', { name, by: 'service.name', ...range }))
  expect(new Set(mean.slice(6))).toEqual(new Set([50]))
})

test('instruments of one name with other units or kinds are kept apart', async () => {
  const running = await runConsole()
  const points = [at(start, { asDouble: 5 })]
  await send(running, { name: 'x', unit: 'ms', metric: gauge, points })
  await send(running, { name: 'x', unit: 's', metric: gauge, points: [at(start, { asDouble: -7 })] })
  await send(running, { name: 'x', unit: '', metric: gauge, points: [at(start, { asDouble: 9 })] })
  const { instruments } = await running.query('/api/metrics', { from: start })
  expect(instruments.map(({ unit }) => unit).toSorted()).toEqual(['', 'ms', 's'])
  const range = { from: start, to: start + MINUTE, step: 10_000 }
  expect(values(await running.query('/api/metric', { name: 'x', unit: 's', ...range }))[0]).toBe(-7)
  expect(values(await running.query('/api/metric', { name: 'x', type: 'gauge', ...range }))[0]).toBe(9)
})

test('a summary shows its quantiles, and a histogram without buckets its mean', async () => {
  const running = await runConsole()
  const quantileValues = [{ quantile: 0.95, value: 12 }]
  const range = { from: start, to: start + 20 * MINUTE }
  const summary = (dataPoints: Json[]) => ({ summary: { dataPoints } })
  await send(running, { name: 's', metric: summary, points: [at(start, { count: 3, sum: 9, quantileValues })] })
  expect(await running.query('/api/metric', { name: 's', ...range })).toMatchObject({ stat: 'p95' })
  expect(values(await running.query('/api/metric', { name: 's', ...range }))[0]).toBe(12)
  const histogram = (dataPoints: Json[]) => ({ histogram: { aggregationTemporality: 2, dataPoints } })
  const points = minutes.map((time, index) => at(time, { ...begun, count: 10 * (index + 1), sum: 50 * (index + 1) }))
  await send(running, { name: 'h', metric: histogram, points })
  const mean = await running.query('/api/metric', { name: 'h', ...range })
  expect([mean.stat, new Set(values(mean))]).toEqual(['avg', new Set([5])])
})
