/**
 * The library's metrics about itself: queue lengths, exported and dropped records, series. With them an operator sees in
 * /metrics that telemetry is lost, and why.
 */
import type { Meter } from '@opentelemetry/api'
import { metric } from '../conventions/instruments.ts'
import type { MetricDescription } from '../conventions/metric-description.ts'
import { attribute } from '../conventions/names.ts'
import type { Log } from '../logs/logs.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Delivery } from '../otlp/delivery.ts'

export function selfMetrics(meter: Meter, metrics: Metrics, deliveries: readonly Delivery[], log: Log): void {
  const counter = ({ name, ...described }: MetricDescription) => meter.createObservableCounter(name, described)
  const gauge = ({ name, ...described }: MetricDescription) => meter.createObservableGauge(name, described)
  counter(metric.observeExported).addCallback((result) => {
    for (const { signal, exported } of deliveries) result.observe(exported, { [attribute.signal]: signal })
  })
  counter(metric.observeDropped).addCallback((result) => {
    for (const { signal, dropped } of deliveries) {
      for (const [reason, count] of Object.entries(dropped)) {
        result.observe(count, { [attribute.signal]: signal, [attribute.reason]: reason })
      }
    }
    const unread = log.dropped()
    if (unread !== undefined) result.observe(unread, { [attribute.signal]: 'logs', [attribute.reason]: 'stdout_full' })
  })
  gauge(metric.observeQueue).addCallback((result) => {
    for (const { signal, length } of deliveries) result.observe(length, { [attribute.signal]: signal })
  })
  gauge(metric.observeQueueLimit).addCallback((result) => {
    for (const { signal, limits } of deliveries) result.observe(limits.maxQueue, { [attribute.signal]: signal })
  })
  gauge(metric.observeSeries).addCallback((result) => {
    for (const [name, size] of sumOf('size')) result.observe(size, { [attribute.instrument]: name })
  })
  counter(metric.observeOverflow).addCallback((result) => {
    for (const [name, overflowed] of sumOf('overflowed')) result.observe(overflowed, { [attribute.instrument]: name })
  })
  // Zeros too: an increase from nothing is none to Prometheus.
  counter(metric.observeRejected).addCallback((result) => {
    for (const [name, rejected] of sumOf('rejected')) result.observe(rejected, { [attribute.instrument]: name })
  })

  /** By name: two meters may have an instrument of one name. */
  function sumOf(what: 'size' | 'overflowed' | 'rejected'): Map<string, number> {
    const sums = new Map<string, number>()
    for (const instrument of metrics.instruments) {
      const { name } = instrument.descriptor
      sums.set(name, (sums.get(name) ?? 0) + instrument[what])
    }
    return sums
  }
}
