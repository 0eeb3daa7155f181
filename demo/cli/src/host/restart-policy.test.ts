/**
 * The policy on a clock of its own.
 */

import { expect, test } from 'vitest'
import { RestartPolicy } from './restart-policy.ts'

/** Milliseconds between the ends of a service and its restarts, when it ends `livesFor` milliseconds after each. */
function delays(livesFor: number, ends: number): (number | 'given up')[] {
  const policy = new RestartPolicy()
  let now = 0
  return Array.from({ length: ends }, () => {
    const ended = now
    for (;;) {
      const decision = policy.decide('orders', now)
      if (decision === 'give up') return 'given up'
      if (decision === 'restart') break
      now += 100
    }
    policy.restarted('orders', now)
    const delay = now - ended
    now += livesFor
    return delay
  })
}

test('waits twice as long each time, up to half a minute, and gives up after ten restarts', () => {
  const seconds = [1, 2, 4, 8, 16, 30, 30, 30, 30, 30]
  expect(delays(100, 11)).toEqual([...seconds.map((each) => each * 1000), 'given up'])
})

test('a service that ran for a minute starts from the beginning', () => {
  expect(delays(59_900, 3)).toEqual([1000, 2000, 4000])
  expect(delays(60_000, 12)).toEqual(Array.from({ length: 12 }, () => 1000))
})

test('one service has no part in the delays of another', () => {
  const policy = new RestartPolicy()
  policy.decide('orders', 0)
  policy.restarted('orders', 1000)
  policy.decide('gateway', 2000)
  expect(policy.decide('gateway', 3000)).toBe('restart')
})
