/**
 * Turns the samples of k6 into what is kept of them: totals, percentiles over time, and how durations are distributed.
 */
import type { Client, Stats } from './record.ts'
import type { Sample, Samples } from './samples.ts'

/** A run has about as many steps, so that long ones do not make long files. */
const STEPS = 60

/** Seconds of one step of a run of this length. */
export function stepOf(seconds: number): number {
  return Math.max(1, Math.ceil(seconds / STEPS))
}

/** @param from start of the run in epoch milliseconds @param took its length in seconds */
export function clientOf(samples: Samples, from: number, took: number): Client {
  const step = stepOf(took)
  const index = (at: number) => Math.max(0, Math.floor((at - from) / 1000 / step))
  const requests = groupBy(samples.requests, ({ at }) => index(at))
  const iterations = groupBy(samples.iterations, index)
  const dropped = groupBy(samples.dropped, ({ at }) => index(at))
  const vus = groupBy(samples.vus, ({ at }) => index(at))
  const steps = Math.max(Math.ceil(took / step), ...Array.from(requests.keys(), (key) => key + 1), 0)
  const byName = groupBy(samples.requests, ({ name }) => name)
  return {
    step,
    total: { ...statsOf(samples.requests), dropped: sum(samples.dropped), iterations: samples.iterations.length },
    byName: Object.fromEntries(Array.from(byName, ([name, list]) => [name, statsOf(list)])),
    points: Array.from({ length: steps }, (_, at) => ({
      at: at * step,
      ...statsOf(requests.get(at) ?? []),
      dropped: sum(dropped.get(at) ?? []),
      iterations: iterations.get(at)?.length ?? 0,
      vus: Math.max(0, ...(vus.get(at) ?? []).map(({ count }) => count)),
    })),
    histogram: histogramOf(samples.requests),
    errors: Object.fromEntries(
      Array.from(
        groupBy(
          samples.requests.filter(({ failed }) => failed),
          describe,
        ),
        ([what, list]) => [what, list.length],
      ),
    ),
  }
}

/** The value below which a share of the sorted values lies, by the nearest rank. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}

function statsOf(samples: readonly Sample[]): Stats {
  const sorted = samples.map(({ ms }) => ms).sort((a, b) => a - b)
  const total = sorted.reduce((all, ms) => all + ms, 0)
  return {
    count: sorted.length,
    failed: samples.filter(({ failed }) => failed).length,
    mean: round(sorted.length === 0 ? 0 : total / sorted.length),
    p50: round(quantile(sorted, 0.5)),
    p95: round(quantile(sorted, 0.95)),
    p99: round(quantile(sorted, 0.99)),
    max: round(sorted.at(-1) ?? 0),
  }
}

function histogramOf(samples: readonly Sample[]): Client['histogram'] {
  const buckets = groupBy(samples, ({ ms }) => Math.ceil(Math.log(Math.max(ms, 0.1)) / Math.log(1.1)))
  return Array.from(buckets, ([power, list]) => ({ upTo: round(1.1 ** power), count: list.length })).sort(
    (a, b) => a.upTo - b.upTo,
  )
}

function describe({ name, status, error }: Sample): string {
  return `${name}: ${status > 0 ? status : (error ?? 'no answer')}`
}

function sum(list: readonly { count: number }[]): number {
  return list.reduce((all, { count }) => all + count, 0)
}

function groupBy<T, Key>(list: readonly T[], keyOf: (item: T) => Key): Map<Key, T[]> {
  const groups = new Map<Key, T[]>()
  for (const item of list) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100
}
