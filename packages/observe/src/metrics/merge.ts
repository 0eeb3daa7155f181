/**
 * Merges the metrics of several processes. Counters and histograms are added up, those of ended processes included, so that a
 * sum never decreases. UpDownCounters are added up over live processes. A gauge, and memory, keep one series for each process, because only
 * the reader of the metric knows whether to add, to average or to take the highest.
 */
import { attribute } from '../conventions/names.ts'
import { runtimeMetric } from '../conventions/runtime-instruments.ts'
import { yieldToEventLoop } from '../time/yield-to-event-loop.ts'
import { keyOf } from './attribute-set.ts'
import { addHistogram, addNumber, type Join, type Point, takeLast } from './point-sums.ts'
import {
  type DataPoint,
  DataPointType,
  type MetricData,
  type ResourceMetrics,
  type Scope,
  type ScopeMetrics,
} from './points.ts'

/** Memory and resources of a process: a sum would hide the one process that has too much, or a limit that each has. */
const perProcess = new Set<string>(
  [
    runtimeMetric.heapUsed,
    runtimeMetric.heapLimit,
    runtimeMetric.heapSpaceAvailable,
    runtimeMetric.externalMemory,
    runtimeMetric.memoryUsage,
    runtimeMetric.activeResources,
  ].map(({ name }) => name),
)

export interface ProcessMetrics {
  /** `primary`, or the number of a worker. */
  process: string
  /** An ended process gives only its monotonic sums and histograms. */
  alive: boolean
  parts: Iterable<readonly ScopeMetrics[]>
}

interface Merged {
  scope: Scope
  data: MetricData
  points: Map<string, Point>
}

/** Merges part by part and yields to the event loop in between. */
export async function merge(
  resource: ResourceMetrics['resource'],
  processes: readonly ProcessMetrics[],
): Promise<ResourceMetrics> {
  const all = new Map<string, Merged>()
  for await (const { process, alive, scopes } of yieldToEventLoop(scopesOf(processes))) {
    for (const { scope, metrics } of scopes) {
      for (const data of metrics) {
        const key = JSON.stringify([scope, data.descriptor.name, data.dataPointType])
        const merged = all.get(key) ?? { scope, data, points: new Map() }
        all.set(key, merged)
        addPoints(merged.points, data, process, alive)
      }
    }
  }
  return { resource, scopeMetrics: Array.from(all.values(), scopeOf) }
}

function* scopesOf(processes: readonly ProcessMetrics[]) {
  for (const { process, alive, parts } of processes) for (const scopes of parts) yield { process, alive, scopes }
}

function scopeOf({ scope, data, points }: Merged): ScopeMetrics {
  const dataPoints = Array.from(points.values())
  // The key holds the kind of metric, so these points are all of the kind that `data` has.
  return { scope, metrics: [Object.assign({}, data, { dataPoints })] }
}

function addPoints(points: Map<string, Point>, data: MetricData, process: string, alive: boolean): void {
  switch (data.dataPointType) {
    case DataPointType.HISTOGRAM:
      for (const point of data.dataPoints) put(points, point, addHistogram)
      break
    case DataPointType.SUM:
      if (perProcess.has(data.descriptor.name)) putEach(points, data.dataPoints, process, alive)
      else if (data.isMonotonic || alive) for (const point of data.dataPoints) put(points, point, addNumber)
      break
    case DataPointType.GAUGE:
      putEach(points, data.dataPoints, process, alive)
  }
}

/** One series for each live process. */
function putEach(points: Map<string, Point>, each: DataPoint<number>[], process: string, alive: boolean): void {
  for (const point of alive ? each : []) {
    const attributes = { ...point.attributes, [attribute.clusterProcess]: process }
    put(points, { ...point, attributes }, takeLast)
  }
}

function put<P extends Point>(points: Map<string, Point>, point: P, join: Join<P>): void {
  const key = keyOf(point.attributes)
  const known = points.get(key)
  points.set(key, known === undefined ? point : join(known, point))
}
