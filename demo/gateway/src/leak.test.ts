/**
 * The leak keeps what it is asked to keep, and nothing else.
 */

import { expect, test } from 'vitest'
import { Leak } from './leak.ts'

test('keeps memory of each request while it is on, and frees it at its end', () => {
  const leak = new Leak()
  leak.onRequest()
  expect(leak.size).toBe(0)
  leak.enable(true)
  for (let request = 0; request < 3; request += 1) leak.onRequest()
  expect(leak.size).toBe(3)
  leak.enable(false)
  leak.onRequest()
  expect(leak.size).toBe(0)
})
