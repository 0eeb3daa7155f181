/**
 * Metrics of the process: event loop, garbage collection, heap, CPU, memory, open
 * handles. Values are read at each collection; only the event loop's delay is measured in between. Names: semantic
 * conventions for Node.js, V8 and process.
 */
import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8'
import type { Meter, Observable } from '@opentelemetry/api'
import { metric } from '../conventions/instruments.ts'
import type { MetricDescription } from '../conventions/metric-description.ts'
import { attribute, GC_BUCKETS, SCOPE } from '../conventions/names.ts'
import { EventLoopMonitor } from './event-loop.ts'
import type { Metrics } from './metrics.ts'

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
export function observeRuntime(metrics: Metrics): () => void {
  const meter = metrics.provider.getMeter(SCOPE)
  const stopLoop = observeEventLoop(metrics)
  const stopCollector = observeGarbageCollection(meter)
  observeHeap(meter)
  observeProcess(meter)
  return function stopRuntime() {
    stopLoop()
    stopCollector()
  }
}

function observeEventLoop(metrics: Metrics): () => void {
  const loop = new EventLoopMonitor()
  const described = [
    metric.eventLoopDelayMin,
    metric.eventLoopDelayMax,
    metric.eventLoopDelayMean,
    metric.eventLoopDelayStddev,
    metric.eventLoopDelayP50,
    metric.eventLoopDelayP90,
    metric.eventLoopDelayP99,
    metric.eventLoopUtilization,
  ]
  metrics.intervalGauges(described, (reader) => {
    const { delay, utilization } = loop.read(reader)
    return [delay?.min, delay?.max, delay?.mean, delay?.stddev, delay?.p50, delay?.p90, delay?.p99, utilization]
  })
  return () => loop.stop()
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
  const used = amount(meter, metric.heapUsed)
  const space = amount(meter, metric.heapSpaceAvailable)
  meter.addBatchObservableCallback(
    (result) => {
      for (const { space_name: name, space_used_size, space_available_size } of getHeapSpaceStatistics()) {
        result.observe(used, space_used_size, { [attribute.heapSpace]: name })
        result.observe(space, space_available_size, { [attribute.heapSpace]: name })
      }
    },
    [used, space],
  )
  amount(meter, metric.heapLimit).addCallback((result) => result.observe(getHeapStatistics().heap_size_limit))
  amount(meter, metric.externalMemory).addCallback((result) => result.observe(process.memoryUsage().external))
}

function observeProcess(meter: Meter): void {
  meter.createObservableCounter(metric.cpuTime.name, metric.cpuTime).addCallback((result) => {
    const { user, system } = process.cpuUsage()
    result.observe(user / MICROSECONDS, { [attribute.cpuMode]: 'user' })
    result.observe(system / MICROSECONDS, { [attribute.cpuMode]: 'system' })
  })
  amount(meter, metric.memoryUsage).addCallback((result) => result.observe(process.memoryUsage.rss()))
  gauge(meter, metric.uptime).addCallback((result) => result.observe(process.uptime()))
  amount(meter, metric.activeResources).addCallback((result) => {
    const counts = new Map<string, number>()
    for (const type of process.getActiveResourcesInfo()) counts.set(type, (counts.get(type) ?? 0) + 1)
    for (const [type, count] of counts) result.observe(count, { [attribute.resourceType]: type })
  })
}

function gauge(meter: Meter, described: MetricDescription): Observable {
  return meter.createObservableGauge(described.name, described)
}

/** A quantity that adds up over its attributes. */
function amount(meter: Meter, described: MetricDescription): Observable {
  return meter.createObservableUpDownCounter(described.name, described)
}
