/**
 * `pnpm demo tune`: lists the weaknesses of the shop with their state, or makes one weak or adjusted.
 */

import { styleText } from 'node:util'
import type { Mode, ServiceStatus } from '../modes/mode.ts'
import { Failure } from '../terminal/failure.ts'
import { formatTable } from '../terminal/table.ts'
import { isFaultOn, switchFault } from './faults.ts'
import { findWeakness, type Weakness, weaknesses } from './weaknesses.ts'

export type Tuning = 'weak' | 'adjusted'

/** The weaknesses with their state, as a table. */
export async function tuneTable(mode: Mode): Promise<string> {
  const states = await statesOf(mode)
  const rows = weaknesses.map(({ name, service, weak }) => [
    styleText('bold', name),
    describe(states[name]),
    service,
    weak,
  ])
  return formatTable(['weakness', 'state', 'in', 'when it is weak'], rows)
}

/** The same as one line of JSON, such as `{"n-plus-one":"adjusted"}`; null where the service does not answer. */
export async function tuneJson(mode: Mode): Promise<string> {
  return JSON.stringify(await statesOf(mode))
}

/** Makes a weakness weak or adjusted and says in a line what to look at. */
export async function tune(mode: Mode, name: string, tuning: Tuning): Promise<string> {
  const weakness = findWeakness(name)
  const service = serviceOf(weakness, await mode.status())
  if (!service || service.health.state === 'stopped') {
    throw new Failure(`${weakness.service} is not running, so ${name} was left as it is. Start with \`pnpm demo up\`.`)
  }
  await switchFault(weakness, service, tuning === 'weak')
  if (tuning === 'adjusted') return `${name} is adjusted in ${weakness.service}: ${weakness.adjusted}.`
  return `${name} is weak in ${weakness.service}: ${weakness.weak}. Look: ${weakness.look}.\nAdjust it with \`pnpm demo tune ${name} adjusted\`.`
}

async function statesOf(mode: Mode): Promise<Record<string, Tuning | null>> {
  const statuses = await mode.status()
  const states = weaknesses.map(async (weakness) => {
    const service = serviceOf(weakness, statuses)
    const isWeak = service?.url === undefined ? undefined : await isFaultOn(weakness, service)
    return [weakness.name, isWeak === undefined ? null : tuningOf(isWeak)] as const
  })
  return Object.fromEntries(await Promise.all(states))
}

function serviceOf({ service }: Weakness, statuses: readonly ServiceStatus[]): ServiceStatus | undefined {
  return statuses.find(({ name }) => name === service)
}

function tuningOf(isWeak: boolean): Tuning {
  return isWeak ? 'weak' : 'adjusted'
}

function describe(tuning: Tuning | null | undefined): string {
  if (tuning === 'weak') return styleText('red', 'weak')
  return styleText('dim', tuning ?? 'not running')
}
