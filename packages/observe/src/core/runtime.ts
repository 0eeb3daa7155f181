/**
 * What Node and the operating system say of the process: event loop, garbage collection, heap, CPU, memory, open
 * handles. Nothing is sampled on a timer of ours; values are taken when somebody reads the metrics. Names: semantic
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
import type { Meter } from '@opentelemetry/api'
import { GC_BUCKETS, metric } from './names.ts'

const NANOSECONDS = 1e9
const MICROSECONDS = 1e6

const GC_TYPES = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
])

/** An entry of type `gc`; Node's types do not know its detail. */
interface CollectionEntry extends PerformanceEntry {
  readonly detail: { kind: number }
}

/** Registers the runtime's instruments; returns what stops them. */
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
  const gauge = (statistic: string) =>
    meter.createObservableGauge(`${metric.eventLoopDelay}.${statistic}`, {
      description: `Event loop delay since the last reading: ${statistic}.`,
      unit: 's',
    })
  const [min, max, mean, stddev] = [gauge('min'), gauge('max'), gauge('mean'), gauge('stddev')]
  const [p50, p90, p99] = [gauge('p50'), gauge('p90'), gauge('p99')]
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
  meter
    .createObservableGauge(metric.eventLoopUtilization, {
      description: 'Share of the time since the last reading that the event loop was busy.',
      unit: '1',
    })
    .addCallback((result) => {
      const now = performance.eventLoopUtilization()
      result.observe(performance.eventLoopUtilization(now, last).utilization)
      last = now
    })
  return () => delay.disable()
}

function observeGarbageCollection(meter: Meter): () => void {
  const duration = meter.createHistogram(metric.gcDuration, {
    description: 'Duration of garbage collections.',
    unit: 's',
    advice: { explicitBucketBoundaries: GC_BUCKETS },
  })
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as CollectionEntry[]) {
      duration.record(entry.duration / 1000, { 'v8js.gc.type': GC_TYPES.get(entry.detail.kind) ?? 'other' })
    }
  })
  observer.observe({ entryTypes: ['gc'] })
  return () => observer.disconnect()
}

function observeHeap(meter: Meter): void {
  const used = meter.createObservableGauge(metric.heapUsed, { description: 'Heap memory in use.', unit: 'By' })
  const space = meter.createObservableGauge(metric.heapSpaceAvailable, {
    description: 'Heap memory that is free in a space.',
    unit: 'By',
  })
  meter.addBatchObservableCallback(
    (result) => {
      for (const { space_name: name, space_used_size, space_available_size } of getHeapSpaceStatistics()) {
        result.observe(used, space_used_size, { 'v8js.heap.space.name': name })
        result.observe(space, space_available_size, { 'v8js.heap.space.name': name })
      }
    },
    [used, space],
  )
  meter
    .createObservableGauge(metric.heapLimit, { description: 'Heap size at which the process dies.', unit: 'By' })
    .addCallback((result) => result.observe(getHeapStatistics().heap_size_limit))
  meter
    .createObservableGauge(metric.externalMemory, {
      description: 'Memory of C++ objects bound to JavaScript objects, buffers included.',
      unit: 'By',
    })
    .addCallback((result) => result.observe(process.memoryUsage().external))
}

function observeProcess(meter: Meter): void {
  meter
    .createObservableCounter(metric.cpuTime, { description: 'CPU time used by all threads.', unit: 's' })
    .addCallback((result) => {
      const { user, system } = process.cpuUsage()
      result.observe(user / MICROSECONDS, { 'cpu.mode': 'user' })
      result.observe(system / MICROSECONDS, { 'cpu.mode': 'system' })
    })
  meter
    .createObservableGauge(metric.memoryUsage, { description: 'Resident memory of the process.', unit: 'By' })
    .addCallback((result) => result.observe(process.memoryUsage.rss()))
  meter
    .createObservableGauge(metric.uptime, { description: 'Time since the process started.', unit: 's' })
    .addCallback((result) => result.observe(process.uptime()))
  meter
    .createObservableGauge(metric.activeResources, {
      description: 'Sockets, timers and other resources that keep the event loop alive, by type.',
      unit: '{resource}',
    })
    .addCallback((result) => {
      const counts = new Map<string, number>()
      for (const type of process.getActiveResourcesInfo()) counts.set(type, (counts.get(type) ?? 0) + 1)
      for (const [type, count] of counts) result.observe(count, { 'nodejs.resource.type': type })
    })
}
