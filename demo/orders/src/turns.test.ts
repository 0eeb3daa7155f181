/**
 * Work in turns: how many at once, in which order, and whose is left out.
 */

import { expect, test } from 'vitest'
import { Turns } from './turns.ts'

function stays(): boolean {
  return false
}

test('runs as many at once as it may, the others in the order in which they came', async () => {
  const turns = new Turns(2)
  const begun: number[] = []
  const ends = [0, 1, 2, 3].map(() => Promise.withResolvers<void>())
  const all = ends.map(({ promise }, index) =>
    turns.take(stays, async () => {
      begun.push(index)
      await promise
      return index
    }),
  )
  expect(begun).toEqual([0, 1])
  ends[1]?.resolve()
  await all[1]
  await expect.poll(() => begun).toEqual([0, 1, 2])
  for (const { resolve } of ends) resolve()
  expect(await Promise.all(all)).toEqual([0, 1, 2, 3])
})

test('leaves out what its caller has left, and goes on after work that failed', async () => {
  const turns = new Turns(1)
  const first = Promise.withResolvers<void>()
  const running = turns.take(stays, () => first.promise)
  let hasLeft = false
  let done = 0
  const left = turns.take(
    () => hasLeft,
    async () => {
      done += 1
    },
  )
  const next = turns.take(stays, async () => 'served')
  hasLeft = true
  first.reject(new Error('failed'))
  await expect(running).rejects.toThrow('failed')
  await expect(left).rejects.toMatchObject({ status: 503, code: 'caller_left' })
  expect(await next).toBe('served')
  expect(done).toBe(0)
})
