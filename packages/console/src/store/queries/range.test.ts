/**
 * The steps of a chart over any range of time.
 */
import { expect, test } from 'vitest'
import { levelFor, levels } from '../tables/cells.ts'
import { sparklineSteps, stepsOf } from './range.ts'

const MINUTE = 60_000
const lengths = [1, 5, 7, 15, 16.7, 60, 180, 360, 720, 1440, 10_080].map((minutes) => minutes * MINUTE)

test.each(lengths)('parts of a sparkline over %i ms hold as many whole cells each, and cover it', (length) => {
  const to = Date.UTC(2026, 10, 25, 8, 17, 47)
  const { start, step, count } = sparklineSteps({ from: to - length, to })
  const cell = levelFor(step) * 1000
  expect([step % cell, start % step]).toEqual([0, 0])
  expect(start).toBeLessThanOrEqual(to - length)
  expect(start + count * step).toBeGreaterThanOrEqual(to)
  expect(count).toBeGreaterThan(length >= 5 * MINUTE ? 12 : 0)
  expect(count).toBeLessThanOrEqual(32)
})

test.each([undefined, 1, 15_000, 90_000, 100_000, 3_700_000])(
  'steps of a chart of %s ms are of whole cells',
  (step) => {
    for (const length of lengths) {
      const steps = stepsOf({ from: 1_764_000_000_123 - length, to: 1_764_000_000_123 }, step)
      expect(steps.step % (levelFor(steps.step) * 1000)).toBe(0)
      expect(steps.step).toBeGreaterThanOrEqual(1000 * levels[0])
    }
  },
)

test('a range of decades, as clocks that are wrong give, has a chart of bounded length', () => {
  expect(stepsOf({ from: 0, to: 1_764_000_000_000 }).count).toBeLessThanOrEqual(122)
})
