/**
 * The wall clock that is derived from the monotonic one does not move when the process is suspended.
 */
import { expect, test, vi } from 'vitest'
import { epochMs } from './clock.ts'

test('is not moved by a wait between the readings of both clocks', () => {
  const offset = epochMs(0)
  const { now } = Date
  const waiting = vi.spyOn(Date, 'now').mockImplementationOnce(() => {
    const read = now()
    const endMs = performance.now() + 50
    while (performance.now() < endMs);
    return read
  })
  // Later by more than a second, so that the clocks are compared.
  const later = performance.now() + 2000
  expect(Math.abs(epochMs(later) - later - offset)).toBeLessThan(10)
  expect(waiting).toHaveBeenCalled()
  waiting.mockRestore()
})
