/**
 * Percentiles of stored histograms, explicit and exponential.
 */
import { expect, test } from 'vitest'
import { add, countsOf, difference, emptyCounts, quantile } from './distribution.ts'

const bounds = [1, 2, 4]

test('percentiles of an explicit histogram, as Prometheus has them', () => {
  const counts = countsOf(30, { count: 20, bounds, counts: [0, 10, 10, 0] })
  expect(quantile(0.5, counts)).toBe(2)
  expect(quantile(0.25, counts)).toBe(1.5)
  expect(quantile(0.99, counts)).toBeCloseTo(3.96)
  expect(quantile(0.99, countsOf(0, { count: 1, bounds, counts: [0, 0, 0, 1] }))).toBe(4)
  expect(quantile(0.5, emptyCounts())).toBeNull()
})

test('what came between two cumulative points', () => {
  const earlier = countsOf(10, { count: 10, bounds, counts: [10, 0, 0, 0] })
  const later = countsOf(25, { count: 15, bounds, counts: [10, 0, 5, 0] })
  const between = difference(later, earlier)
  expect([between.count, between.sum, quantile(0.5, between)]).toEqual([5, 15, 3])
})

test('exponential histograms of different scales add up', () => {
  const none = { offset: 0, counts: [] }
  const fine = countsOf(1.5 * 8, {
    count: 8,
    scale: 4,
    zero: 0,
    positive: { offset: 8, counts: new Array(8).fill(1) },
    negative: none,
  })
  const coarse = countsOf(1.5 * 8, {
    count: 8,
    scale: 0,
    zero: 1,
    positive: { offset: 0, counts: [7] },
    negative: none,
  })
  add(fine, coarse)
  expect([fine.count, fine.sum]).toEqual([16, 24])
  expect(quantile(0.99, fine)).toBeGreaterThan(1.4)
  expect(quantile(0.99, fine)).toBeLessThanOrEqual(2)
  const negative = countsOf(-3, { count: 2, scale: 0, zero: 0, positive: none, negative: { offset: 0, counts: [2] } })
  expect(quantile(0.5, negative)).toBe(-1.5)
})
