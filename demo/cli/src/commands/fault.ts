/**
 * `pnpm demo fault`: lists the faults with their state, or switches one on or off wherever it belongs.
 */

import { styleText } from 'node:util'
import type { Mode, ServiceStatus } from '../modes/mode.ts'
import { Failure } from '../terminal/failure.ts'
import { formatTable } from '../terminal/table.ts'
import { type Fault, faults, findFault, isFaultOn, switchFault } from './faults.ts'

/** The faults with their state, as a table. */
export async function faultTable(mode: Mode): Promise<string> {
  const statuses = await mode.status()
  const rows = await Promise.all(
    faults.map(async (fault) => {
      const states = await Promise.all(servicesOf(fault, statuses).map((service) => isFaultOn(fault, service)))
      return [styleText('bold', fault.name), describeStates(states), fault.services.join(', '), fault.effect]
    }),
  )
  return formatTable(['fault', 'state', 'in', 'effect'], rows)
}

/** Switches a fault and says in one line what to look at. */
export async function setFault(mode: Mode, name: string, enabled: boolean): Promise<string> {
  const fault = findFault(name)
  const services = servicesOf(fault, await mode.status())
  const stopped = services.filter(({ health }) => health.state === 'stopped').map((service) => service.name)
  if (stopped.length > 0) {
    throw new Failure(`${stopped.join(', ')} not running, so ${name} was left as it is. Start with \`pnpm demo up\`.`)
  }
  const states = await Promise.all(services.map((service) => isFaultOn(fault, service)))
  await Promise.all(services.map((service) => switchFault(fault, service, enabled)))
  const where = fault.services.join(', ')
  const already = states.length > 0 && states.every((state) => state === enabled)
  if (!enabled) return already ? `${name} was off already in ${where}.` : endedIn(fault, where)
  const message = already ? `${name} was on already in ${where}` : `${name} is on in ${where}`
  return `${message}: ${fault.effect}. Look: ${fault.look}.\nEnd it with \`pnpm demo fault ${name} off\`.`
}

function endedIn({ name, after }: Fault, where: string): string {
  return after ? `${name} is off in ${where}; ${after}.` : `${name} is off in ${where}.`
}

function servicesOf(fault: Fault, statuses: readonly ServiceStatus[]): ServiceStatus[] {
  return statuses.filter(({ name }) => fault.services.includes(name))
}

function describeStates(states: readonly (boolean | undefined)[]): string {
  if (states.length === 0 || states.includes(undefined)) return styleText('dim', 'not running')
  if (states.every((state) => state === false)) return styleText('dim', 'off')
  return styleText('red', states.every(Boolean) ? 'on' : 'partly on')
}
