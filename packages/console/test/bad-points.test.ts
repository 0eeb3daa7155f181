/**
 * Points that have no number: each is refused alone, and the records of the same moment are kept.
 */

import { expect, test } from 'vitest'
import { requestTypes } from '../src/otlp/decode.ts'
import { runConsole } from './running-console.ts'
import { type Json, nanoseconds, resourceOf } from './shop.ts'

const time = { timeUnixNano: nanoseconds(Date.now()) }
const sum = { aggregationTemporality: 2, isMonotonic: true }

function histogram(more: Json): Json {
  const point = { ...time, count: 3, sum: 1, bucketCounts: [1, 2], explicitBounds: [5], ...more }
  return { histogram: { aggregationTemporality: 2, dataPoints: [point] } }
}

test.each<[string, Json]>([
  ['a gauge of NaN', { gauge: { dataPoints: [{ ...time, asDouble: Number.NaN }] } }],
  ['a gauge of infinity', { gauge: { dataPoints: [{ ...time, asDouble: Number.NEGATIVE_INFINITY }] } }],
  ['a sum of NaN', { sum: { ...sum, dataPoints: [{ ...time, asDouble: Number.NaN }] } }],
  ['a histogram with a NaN sum', histogram({ sum: Number.NaN })],
  ['a histogram with a NaN bound', histogram({ explicitBounds: [Number.NaN] })],
  ['a histogram with too few counts', histogram({ bucketCounts: [3], explicitBounds: [1, 2, 3] })],
  [
    'an exponential histogram of an impossible scale',
    { exponentialHistogram: { aggregationTemporality: 2, dataPoints: [{ ...time, count: 1, scale: 4000 }] } },
  ],
])('%s is refused alone', async (_, metric) => {
  const running = await runConsole()
  const good = { name: 'good', gauge: { dataPoints: [{ ...time, asDouble: 1 }] } }
  const answer = await sendMetrics(running.otlpUrl, [{ name: 'bad', ...metric }, good])
  expect(answer.status).toBe(200)
  const status = await running.query('/api/status', {})
  expect(status.refused).toEqual([{ reason: expect.stringMatching(/^A point of metric "bad" was refused/), count: 1 }])
  expect((await running.query('/api/metrics', {})).instruments.map(({ name }) => name)).toEqual(['good'])
})

test('an exemplar or a quantile of NaN is left out, and its point is kept', async () => {
  const running = await runConsole()
  const exemplar = { ...time, asDouble: Number.NaN, traceId: Buffer.alloc(16, 1), spanId: Buffer.alloc(8, 1) }
  const quantileValues = [{ quantile: 0.5, value: Number.NaN }]
  const answer = await sendMetrics(running.otlpUrl, [
    { name: 'counted', sum: { ...sum, dataPoints: [{ ...time, asDouble: 1, exemplars: [exemplar] }] } },
    { name: 'summed', summary: { dataPoints: [{ ...time, count: 1, sum: 2, quantileValues }] } },
  ])
  expect(answer.status).toBe(200)
  const names = (await running.query('/api/metrics', {})).instruments.map(({ name }) => name)
  expect([names, (await running.query('/api/status', {})).refused]).toEqual([['counted', 'summed'], []])
})

function sendMetrics(otlpUrl: string, metrics: Json[]): Promise<Response> {
  const type = requestTypes.metrics
  const message = { resourceMetrics: [{ resource: resourceOf('shop'), scopeMetrics: [{ metrics }] }] }
  const body = new Uint8Array(type.encode(type.fromObject(message)).finish())
  return fetch(`${otlpUrl}/v1/metrics`, { method: 'POST', headers: { 'content-type': 'application/x-protobuf' }, body })
}
