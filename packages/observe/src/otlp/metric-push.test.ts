/** A collection that fails, and a log that fails when it is reported, end neither the process nor the later pushes. */
import { decodeMetrics } from '@lab/test-kit/otlp-decode'
import { expect, test } from 'vitest'
import { Metrics } from '../metrics/metrics.ts'
import { Delivery } from './delivery.ts'
import { MetricBatch } from './metric-batch.ts'
import { MetricPush } from './metric-push.ts'

test('a collection that fails is reported once, and the next one is sent', async () => {
  const metrics = new Metrics({ resource: {}, maxSeries: 10, buckets: [1] })
  metrics.counter('jobs').add(1)
  let broken = true
  metrics.readings({ name: 'pool.size', description: '', unit: '' }, () => {
    if (broken) throw new Error('no pool')
    return []
  })
  const messages: string[] = []
  const notices = { warn: (text: string) => void messages.push(text), info: () => undefined }
  const endpoint = { url: 'http://127.0.0.1:9/v1/metrics', headers: {}, timeoutMs: 100, gzip: false }
  const batch = new MetricBatch()
  const delivery = new Delivery(
    'metric points',
    endpoint,
    { maxQueue: 10, maxBatch: 10, delayMs: 60_000 },
    batch,
    notices,
  )
  const push = new MetricPush(metrics, delivery, 60_000)
  await push.push()
  await push.push()
  push.pushNow()
  expect(messages).toEqual(['the metric points of one collection are lost: no pool'])
  broken = false
  await push.push()
  push.stop()
  expect(decodeMetrics(batch.take()).map(({ name }) => name)).toEqual(['jobs'])
})
