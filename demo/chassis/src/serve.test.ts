/**
 * The end of a service: each step runs, whatever the step before it does.
 */
import { createTestObserve } from '@lab/observe/testing'
import { expect, test } from 'vitest'
import { closeAll } from './serve.ts'

test('a step of stopping that throws, rejects or hangs does not keep the next one from running', async () => {
  const obs = createTestObserve()
  const ran: string[] = []
  const steps = [
    () => {
      throw new Error('thrown')
    },
    () => Promise.reject(new Error('rejected')),
    () => new Promise(() => undefined),
    async () => ran.push('last'),
  ]
  expect(await closeAll(steps, obs, 200)).toBe(false)
  expect(ran).toEqual(['last'])
  expect(obs.lines.map((line) => line.step)).toEqual([1, 2, 3])
})

test('stopping is clean where every step ends', async () => {
  expect(await closeAll([async () => 'done'], createTestObserve())).toBe(true)
})

test('a step may take what the quick ones leave', async () => {
  const obs = createTestObserve()
  const quick = async () => 'done'
  const slow = () => new Promise((resolve) => setTimeout(resolve, 600))
  expect(await closeAll([slow, quick, quick, quick], obs, 1000)).toBe(true)
})
