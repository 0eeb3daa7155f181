/**
 * The fit of the Universal Scalability Law finds the parameters that the points were made with, and the knee is where the objectives break.
 */
import type { Client } from '@lab/bench-k6/record'
import { expect, test } from 'vitest'
import { fitUsl, kneeOf, throughputAt } from './capacity.ts'

const known = { lambda: 50, sigma: 0.05, kappa: 0.001 }
const loads = [1, 2, 4, 8, 12, 18, 26, 36, 48, 60].map((concurrency) => ({
  concurrency,
  throughput: throughputAt(concurrency, known),
}))

test('points on a curve give its parameters, its peak and hardly any error', () => {
  const fit = fitUsl(loads)
  expect(fit?.peak.concurrency).toBeCloseTo(Math.sqrt(0.95 / 0.001), 0)
  expect(fit?.peak.throughput).toBeCloseTo(throughputAt(30.8, known), 0)
  expect(fit?.error).toBeLessThan(0.01)
})

test('points with noise of a tenth give the peak within a tenth', () => {
  const noisy = loads.map(({ concurrency, throughput }, index) => ({
    concurrency,
    throughput: throughput * (index % 2 === 0 ? 1.1 : 0.9),
  }))
  expect((fitUsl(noisy)?.peak.throughput ?? 0) / throughputAt(30.8, known)).toBeCloseTo(1, 0)
})

test('five points do not determine three parameters', () => {
  expect(fitUsl(loads.slice(0, 5))).toBeUndefined()
})

function clientOf(p99s: readonly number[]): Client {
  const points = p99s.map((p99, at) => ({
    at,
    count: 100 + at,
    failed: 0,
    mean: 10,
    p50: 10,
    p95: 20,
    p99,
    max: p99,
    dropped: 0,
    iterations: 0,
    vus: 1,
  }))
  const stats = { count: 0, failed: 0, mean: 0, p50: 0, p95: 0, p99: 0, max: 0 }
  return { step: 1, total: { ...stats, dropped: 0, iterations: 0 }, byName: {}, points, histogram: [], errors: {} }
}

test('the knee is the last step before two in a row break the objective; one alone is noise', () => {
  const knee = kneeOf(clientOf([50, 50, 900, 60, 70, 80, 700, 900, 2000]), { ms: 500, failed: 0.001 })
  expect(knee).toEqual({ at: 5, throughput: 105, reason: 'p99 was 700 ms' })
  expect(kneeOf(clientOf([50, 60, 70]), { ms: 500, failed: 0.001 })).toBeUndefined()
})
