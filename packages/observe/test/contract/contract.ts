/**
 * What every framework gets, once: the same app, over real sockets, in three set-ups. With the adapter alone, with the
 * adapter while the platform publishes too, and with the platform alone, where a framework without a channel of its own
 * tells no route and no error. Each moment of a request has a file of its own next to this one.
 */
import { describe, expect, test } from 'vitest'
import { describeConnection } from './connection.ts'
import { describeContext } from './context.ts'
import { describeEnds } from './ends.ts'
import { describeErrors } from './errors.ts'
import { describeHostileInput } from './hostile.ts'
import { describeRoutes } from './route.ts'
import { type Driver, Stage } from './stage.ts'
import { rowOf, rowOfReadme } from './table.ts'

const ADAPTER_ONLY = { setup: 'adapter only', listen: false, adapter: true }
const WITH_ADAPTER = { setup: 'listening, with adapter', listen: true, adapter: true }
const WITHOUT_ADAPTER = { setup: 'listening, without adapter', listen: true, adapter: false }

export function describeAdapter(driver: Driver): void {
  const setups = driver.adapterless ? [WITHOUT_ADAPTER] : [ADAPTER_ONLY, WITH_ADAPTER, WITHOUT_ADAPTER]
  const stages = new Map<object, Stage>()
  describe.each(setups)(`${driver.name}: $setup`, (setup) => {
    const stage = new Stage(driver, setup)
    stages.set(setup, stage)
    describeRoutes(stage)
    describeErrors(stage)
    describeEnds(stage)
    if (driver.protocol === undefined) describeConnection(stage)
    describeContext(stage)
    describeHostileInput(stage)
  })

  test(`${driver.name}: the README says what was seen`, () => {
    const [withAdapter, without] = [WITH_ADAPTER, WITHOUT_ADAPTER].map((setup) => stages.get(setup)?.seen)
    expect(rowOfReadme(driver.name)).toEqual(rowOf(driver.adapterless ? undefined : withAdapter, without))
  })
}
