/**
 * Metrics of the process: event loop, garbage collection, heap, CPU, memory, open
 * handles. No timer samples them; values are read at each collection. Names: semantic
 * conventions for Node.js, V8 and process.
 */
import {
  constants,
  monitorEventLoopDelay,
  type PerformanceEntry,
  PerformanceObserver,
  performance,
} from 'node:perf_hooks'
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8'
import type { Meter, ObservableGauge } from '@opentelemetry/api'
import { metric } from '../conventions/instruments.ts'
import type { MetricDescription } from '../conventions/metric-description.ts'
import { attribute, GC_BUCKETS } from '../conventions/names.ts'

const NANOSECONDS = 1e9
const MICROSECONDS = 1e6

const GC_TYPES = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
])

/** An entry of type `gc`; Node's types lack its detail. */
interface CollectionEntry extends PerformanceEntry {
  readonly detail: { kind: number }
}

/** Registers the runtime's instruments; returns a function that stops them. */
export function observeRuntime(meter: Meter): () => void {
  const stopLoop = observeEventLoop(meter)
  const stopCollector = observeGarbageCollection(meter)
  observeHeap(meter)
  observeProcess(meter)
  return function stopRuntime() {
    stopLoop()
    stopCollector()
  }
}

function observeEventLoop(meter: Meter): () => void {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  const min = gauge(meter, metric.eventLoopDelayMin)
  const max = gauge(meter, metric.eventLoopDelayMax)
  const mean = gauge(meter, metric.eventLoopDelayMean)
  const stddev = gauge(meter, metric.eventLoopDelayStddev)
  const p50 = gauge(meter, metric.eventLoopDelayP50)
  const p90 = gauge(meter, metric.eventLoopDelayP90)
  const p99 = gauge(meter, metric.eventLoopDelayP99)
  meter.addBatchObservableCallback(
    (result) => {
      if (delay.count === 0) return
      result.observe(min, delay.min / NANOSECONDS)
      result.observe(max, delay.max / NANOSECONDS)
      result.observe(mean, delay.mean / NANOSECONDS)
      result.observe(stddev, delay.stddev / NANOSECONDS)
      result.observe(p50, delay.percentile(50) / NANOSECONDS)
      result.observe(p90, delay.percentile(90) / NANOSECONDS)
      result.observe(p99, delay.percentile(99) / NANOSECONDS)
      delay.reset()
    },
    [min, max, mean, stddev, p50, p90, p99],
  )
  let last = performance.eventLoopUtilization()
  gauge(meter, metric.eventLoopUtilization).addCallback((result) => {
    const now = performance.eventLoopUtilization()
    result.observe(performance.eventLoopUtilization(now, last).utilization)
    last = now
  })
  return () => delay.disable()
}

function observeGarbageCollection(meter: Meter): () => void {
  const duration = meter.createHistogram(metric.gcDuration.name, {
    ...metric.gcDuration,
    advice: { explicitBucketBoundaries: GC_BUCKETS },
  })
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as CollectionEntry[]) {
      duration.record(entry.duration / 1000, { [attribute.gcType]: GC_TYPES.get(entry.detail.kind) ?? 'other' })
    }
  })
  observer.observe({ entryTypes: ['gc'] })
  return () => observer.disconnect()
}

function observeHeap(meter: Meter): void {
  const used = gauge(meter, metric.heapUsed)
  const space = gauge(meter, metric.heapSpaceAvailable)
  meter.addBatchObservableCallback(
    (result) => {
      for (const { space_name: name, space_used_size, space_available_size } of getHeapSpaceStatistics()) {
        result.observe(used, space_used_size, { [attribute.heapSpace]: name })
        result.observe(space, space_available_size, { [attribute.heapSpace]: name })
      }
    },
    [used, space],
  )
  gauge(meter, metric.heapLimit).addCallback((result) => result.observe(getHeapStatistics().heap_size_limit))
  gauge(meter, metric.externalMemory).addCallback((result) => result.observe(process.memoryUsage().external))
}

function observeProcess(meter: Meter): void {
  meter.createObservableCounter(metric.cpuTime.name, metric.cpuTime).addCallback((result) => {
    const { user, system } = process.cpuUsage()
    result.observe(user / MICROSECONDS, { [attribute.cpuMode]: 'user' })
    result.observe(system / MICROSECONDS, { [attribute.cpuMode]: 'system' })
  })
  gauge(meter, metric.memoryUsage).addCallback((result) => result.observe(process.memoryUsage.rss()))
  gauge(meter, metric.uptime).addCallback((result) => result.observe(process.uptime()))
  gauge(meter, metric.activeResources).addCallback((result) => {
    const counts = new Map<string, number>()
    for (const type of process.getActiveResourcesInfo()) counts.set(type, (counts.get(type) ?? 0) + 1)
    for (const [type, count] of counts) result.observe(count, { [attribute.resourceType]: type })
  })
}

function gauge(meter: Meter, described: MetricDescription): ObservableGauge {
  return meter.createObservableGauge(described.name, described)
}
