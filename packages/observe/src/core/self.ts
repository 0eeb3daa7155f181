/**
 * What the library tells of itself: how full its queues are, what it delivered, what it had to drop. An operator sees
 * in /metrics that telemetry is being lost, and why.
 */
import type { Meter } from '@opentelemetry/api'
import type { Delivery } from './delivery.ts'
import type { Metrics } from './metrics.ts'
import { metric } from './names.ts'

export function observeSelf(meter: Meter, metrics: Metrics, deliveries: readonly Delivery[]): void {
  meter
    .createObservableCounter(metric.observeExported, {
      description: 'Records that the endpoint has taken.',
      unit: '{record}',
    })
    .addCallback((result) => {
      for (const { signal, exported } of deliveries) result.observe(exported, { signal })
    })
  meter
    .createObservableCounter(metric.observeDropped, {
      description: 'Records that were given up, by reason.',
      unit: '{record}',
    })
    .addCallback((result) => {
      for (const { signal, dropped } of deliveries) {
        for (const [reason, count] of Object.entries(dropped)) result.observe(count, { signal, reason })
      }
    })
  meter
    .createObservableGauge(metric.observeQueue, { description: 'Records that wait for delivery.', unit: '{record}' })
    .addCallback((result) => {
      for (const { signal, length } of deliveries) result.observe(length, { signal })
    })
  meter
    .createObservableGauge(metric.observeQueueLimit, { description: 'Most records that may wait.', unit: '{record}' })
    .addCallback((result) => {
      for (const { signal, limits } of deliveries) result.observe(limits.maxQueue, { signal })
    })
  meter
    .createObservableGauge(metric.observeSeries, { description: 'Series that an instrument has.', unit: '{series}' })
    .addCallback((result) => {
      for (const [instrument, { size }] of metrics.instruments) result.observe(size, { instrument })
    })
  meter
    .createObservableCounter(metric.observeOverflow, {
      description: 'Measurements counted in an overflow series because the cap on series was reached.',
      unit: '{measurement}',
    })
    .addCallback((result) => {
      for (const [instrument, { swallowed }] of metrics.instruments) result.observe(swallowed, { instrument })
    })
}
