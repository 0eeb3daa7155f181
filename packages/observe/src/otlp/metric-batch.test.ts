/**
 * The library's encoding of metrics against OpenTelemetry's: the same points, decoded, are the same; plus exemplars.
 */

import { decodeMetrics } from '@lab/test-kit/otlp-decode'
import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { expect, test } from 'vitest'
import { Metrics } from '../metrics/metrics.ts'
import { MetricBatch } from './metric-batch.ts'

const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }

function someMetrics(): Metrics {
  const metrics = new Metrics({
    resource: { 'service.name': 'orders' },
    maxSeries: 10,
    buckets: [0.1, 1],
  })
  metrics.counter('orders.placed', { description: 'Orders.', unit: '{order}' }).add(2.5, { outcome: 'confirmed' })
  metrics.gauge('level').record(-7, { sku: 'ä' })
  metrics.sums({ name: 'open', description: 'Open.', unit: '' }, false).add(3, undefined)
  metrics.provider.getMeter('other', '1.0').createHistogram('theirs').record(12)
  return metrics
}

test('encodes points as the SDK does', async () => {
  const metrics = someMetrics()
  const batch = new MetricBatch()
  metrics.histogram('took', { unit: 's' }, () => undefined).record(0.5, { route: '/x' })
  const points = await metrics.read()
  batch.add(points)
  expect(batch.count).toBe(5)
  const reference = ProtobufMetricsSerializer.serializeRequest({
    ...points,
    resource: resourceFromAttributes(points.resource),
  })
  expect(decodeMetrics(batch.take())).toEqual(decodeMetrics(reference ?? new Uint8Array()))
  expect(batch.count).toBe(0)
})

test('sends the exemplar of a bucket', async () => {
  const metrics = someMetrics()
  const batch = new MetricBatch()
  metrics.histogram('took', { unit: 's' }, () => span).record(0.5)
  batch.add(await metrics.read())
  const took = decodeMetrics(batch.take()).find(({ name }) => name === 'took')
  expect(took).toMatchObject({
    histogram: { dataPoints: [{ exemplars: [{ asDouble: 0.5, traceId: span.traceId, spanId: span.spanId }] }] },
  })
})
