/** Checks that hang: a probe is answered, a later run may succeed, and nothing adds up meanwhile. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { HealthChecks } from './health.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

async function outcomeAfter(checks: HealthChecks, ms: number): Promise<string | undefined> {
  const answer = checks.run()
  await vi.advanceTimersByTimeAsync(ms)
  return (await answer).checks.database
}

test('a check that never settles is tried again, less and less often, and may succeed', async () => {
  const checks = new HealthChecks()
  let runs = 0
  let hangs = true
  checks.add('database', () => {
    runs += 1
    return hangs ? new Promise(() => undefined) : true
  })
  const late = 'no answer within 2000 ms'
  expect(await outcomeAfter(checks, 2000)).toBe(late)
  for (let probe = 0; probe < 100; probe += 1) expect(await outcomeAfter(checks, 0)).toBe(late)
  expect(runs).toBe(1)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(await outcomeAfter(checks, 2000)).toBe(late)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(await outcomeAfter(checks, 0)).toBe(late)
  expect(runs).toBe(2)
  hangs = false
  await vi.advanceTimersByTimeAsync(10_000)
  expect(await outcomeAfter(checks, 0)).toBe('ok')
})

test('an outcome answers further probes for half a second', async () => {
  const checks = new HealthChecks()
  let runs = 0
  checks.add('database', () => {
    runs += 1
    throw new Error('cannot reach postgres://user:pass@db/orders')
  })
  expect(await outcomeAfter(checks, 0)).toBe('cannot reach [url]')
  expect(await outcomeAfter(checks, 0)).toBe('cannot reach [url]')
  expect(runs).toBe(1)
  await vi.advanceTimersByTimeAsync(500)
  await outcomeAfter(checks, 0)
  expect(runs).toBe(2)
})
