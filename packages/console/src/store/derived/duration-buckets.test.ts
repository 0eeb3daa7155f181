/**
 * Percentiles from counted durations: their error has a bound.
 */
import { expect, test } from 'vitest'
import { bucketOf, Durations } from './duration-buckets.ts'

test('buckets cover everything from nothing to days', () => {
  expect(bucketOf(0)).toBe(0)
  expect(bucketOf(1000)).toBe(0)
  expect(bucketOf(1001)).toBe(1)
  expect(bucketOf(86_400e9 * 365)).toBeLessThanOrEqual(255)
})

test('percentiles of any spread are within a tenth', () => {
  const durations = new Durations()
  const values = Array.from({ length: 10_000 }, (_, n) => 50_000 * 1.001 ** n)
  for (const value of values) durations.add(bucketOf(value), 1, 0)
  for (const quantile of [0.01, 0.5, 0.95, 0.99]) {
    const exact = (values[Math.floor(quantile * values.length)] ?? 0) / 1e6
    expect(Math.abs((durations.quantiles(quantile)[0] ?? 0) / exact - 1)).toBeLessThan(0.1)
  }
})

test('a few durations are within a tenth too, whatever is asked of them', () => {
  for (let nanoseconds = 2000; nanoseconds < 1e13; nanoseconds *= 1.37) {
    const durations = new Durations()
    durations.add(bucketOf(nanoseconds), 1, 0)
    durations.add(bucketOf(nanoseconds * 10), 1, 0)
    const [low, high] = durations.quantiles(0.5, 0.99)
    expect(Math.abs((low ?? 0) / (nanoseconds / 1e6) - 1)).toBeLessThan(0.1)
    expect(Math.abs((high ?? 0) / (nanoseconds / 1e5) - 1)).toBeLessThan(0.1)
  }
})

test('nothing counted has no percentiles', () => {
  expect(new Durations().figures(10)).toEqual({
    count: 0,
    errors: 0,
    rate: 0,
    errorShare: 0,
    p50: null,
    p95: null,
    p99: null,
  })
})
