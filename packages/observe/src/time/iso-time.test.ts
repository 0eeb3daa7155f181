/**
 * The joined time against the one that JavaScript writes.
 */
import { afterEach, expect, test, vi } from 'vitest'
import { isoNow } from './iso-time.ts'

afterEach(() => void vi.useRealTimers())

test('is that of Date, from one millisecond, second, day and step of the clock to the next', () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const midnight = Date.UTC(2026, 11, 31, 23, 59, 59, 998)
  for (const step of [0, 0, 1, 2, 9, 100, 1001, 999, 3_600_000, -86_400_000, 7]) {
    vi.setSystemTime(midnight + step)
    expect(isoNow()).toBe(new Date(midnight + step).toISOString())
  }
})
