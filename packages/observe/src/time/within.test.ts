/**
 * A wait ends with its work or at its limit, and leaves no timer.
 */
import { expect, test } from 'vitest'
import { within } from './within.ts'

function timers() {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
}

test('gives the result of work that settles in time, and ends its timer', async () => {
  const before = timers()
  expect(await within(60_000, Promise.resolve('done'), undefined)).toBe('done')
  expect(timers()).toBe(before)
})

test('gives the other value once the limit has passed', async () => {
  expect(await within(1, new Promise(() => undefined), 'late')).toBe('late')
})

test('rejects with the work, and ends its timer', async () => {
  const before = timers()
  await expect(within(60_000, Promise.reject(new Error('broke')), undefined)).rejects.toThrow('broke')
  expect(timers()).toBe(before)
})
