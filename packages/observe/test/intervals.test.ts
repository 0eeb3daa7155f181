/**
 * Metrics of an interval with two readers: each sees the time since its own last collection, and a block right after a
 * collection is measured.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { EventLoopMonitor } from '../src/metrics/event-loop.ts'
import { block } from '../src/time/block.ts'

const BLOCK_MS = 300
let loop: EventLoopMonitor | undefined
afterEach(() => loop?.stop())

/** A monitor that has ticked. */
async function ticking(): Promise<EventLoopMonitor> {
  const created = new EventLoopMonitor()
  loop = created
  await ticks()
  return created
}

/** Several ticks of the monitor. */
async function ticks(): Promise<void> {
  await sleep(100)
}

test('a block right after a collection is in the next one', async () => {
  const monitor = await ticking()
  monitor.read('a')
  block(BLOCK_MS)
  await ticks()
  expect(monitor.read('a').delay?.max).toBeGreaterThan((BLOCK_MS * 0.9) / 1000)
})

test('each reader has what happened since its own last collection', async () => {
  const monitor = await ticking()
  for (const reader of ['a', 'b']) monitor.read(reader)
  block(BLOCK_MS)
  await ticks()
  const first = monitor.read('a')
  const second = monitor.read('b')
  const third = monitor.read('a')
  expect(first.delay?.max).toBeGreaterThan((BLOCK_MS * 0.9) / 1000)
  expect(second.delay).toEqual(first.delay)
  expect(third.delay).toBeUndefined()
  expect(first.utilization).toBeGreaterThan(0.4)
  expect(second.utilization).toBeGreaterThan(0.4)
})

test('the first collection of a reader is over the time since the start, and few readers are kept', async () => {
  const monitor = await ticking()
  block(BLOCK_MS)
  await ticks()
  for (let index = 0; index < 20; index += 1) {
    expect(monitor.read(`reader ${index}`).delay?.max).toBeGreaterThan((BLOCK_MS * 0.9) / 1000)
  }
  expect(monitor.read('reader 19').delay).toBeUndefined()
  expect(monitor.read('reader 0').delay?.max).toBeGreaterThan((BLOCK_MS * 0.9) / 1000)
})
