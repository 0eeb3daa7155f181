/**
 * Work at an interval: errors, overlap, the end.
 */
import { createTestObserve } from '@lab/observe/testing'
import { expect, test } from 'vitest'
import { every } from './every.ts'

test('goes on after an error, never overlaps, and stops after the chore at hand', async () => {
  const obs = createTestObserve()
  let runs = 0
  let running = 0
  const stop = every(obs, 0.001, 'sweeping', async () => {
    running += 1
    expect(running).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 5))
    running -= 1
    runs += 1
    if (runs === 1) throw new Error('no broom')
  })
  await obs.until(() => runs >= 3)
  expect(obs.lines).toEqual([
    expect.objectContaining({ level: 'error', msg: 'sweeping failed, tries again in 0.001 s' }),
  ])
  await stop()
  const atStop = runs
  expect(running).toBe(0)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(runs).toBe(atStop)
})
