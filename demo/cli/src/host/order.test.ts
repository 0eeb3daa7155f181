/**
 * The order in which services start and stop.
 */

import { expect, test } from 'vitest'
import { runInOrder, sorted, startOrder, stopOrder } from './order.ts'

const shop = [
  { name: 'gateway', needs: ['orders'] },
  { name: 'orders', needs: ['postgres', 'payments'] },
  { name: 'payments', needs: [] },
  { name: 'postgres', needs: [] },
]

function names(services: readonly { name: string }[]) {
  return services.map(({ name }) => name)
}

test('starting goes from what is needed to what needs it, stopping the other way round', () => {
  expect(names(sorted(shop, startOrder(shop)))).toEqual(['postgres', 'payments', 'orders', 'gateway'])
  expect(names(sorted(shop, stopOrder(shop)))).toEqual(['gateway', 'orders', 'payments', 'postgres'])
})

test('a need that is not among them is taken to be ready', () => {
  expect(startOrder(shop.slice(0, 1))('gateway')).toEqual([])
})

test('work waits for what it needs, and fails with it', async () => {
  const log: string[] = []
  const run = runInOrder(startOrder(shop))
  const work = (name: string) =>
    run(name, async () => {
      log.push(name)
      if (name === 'payments') throw new Error('no money')
    })
  const results = await Promise.allSettled(shop.map(({ name }) => work(name)))
  expect(log).toEqual(['payments', 'postgres'])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'fulfilled'])
})
