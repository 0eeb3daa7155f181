/**
 * Readiness over an outage of the database.
 */

import { createTestObserve } from '@lab/observe/testing'
import { expect, test } from 'vitest'
import { databaseUp, reachedOnce } from './reached.ts'

test('is not ready before the database was reached, and ready from then on, whatever becomes of it', async () => {
  let isUp = false
  const reach = async () => {
    if (!isUp) throw new Error('refused')
  }
  const obs = createTestObserve()
  const check = reachedOnce(obs, reach)
  await expect(check()).rejects.toThrow('refused')
  isUp = true
  await check()
  isUp = false
  await check()

  await databaseUp(obs, reach)()
  expect((await obs.scrape()).body).toMatch(/^shop_database_up 0$/m)
  isUp = true
  await databaseUp(obs, reach)()
  expect((await obs.scrape()).body).toMatch(/^shop_database_up 1$/m)
})
