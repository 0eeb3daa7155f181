/**
 * Faults and weaknesses on command, so that there is something to find in the traces, metrics and logs. They live in memory: after a
 * restart all are off. They are switched on the admin port (admin.ts), which the public does not reach.
 */

import type { Observe } from '@lab/observe'
import { Problem } from './problem.ts'

/** What to do besides when a switch is turned, by its name. */
export type Effects<Name extends string> = Partial<Record<Name, (enabled: boolean) => Promise<void>>>

export class Faults<Name extends string = string> {
  readonly #states: Map<string, boolean>
  readonly #obs: Observe
  readonly #effects: Map<string, (enabled: boolean) => Promise<void>>

  constructor(obs: Observe, names: readonly Name[], effects: Effects<Name> = {}) {
    this.#states = new Map(names.map((name) => [name, false]))
    this.#obs = obs
    this.#effects = new Map(
      Object.entries<Effects<Name>[Name]>(effects).flatMap(([name, effect]) => (effect ? [[name, effect]] : [])),
    )
  }

  isOn(name: Name): boolean {
    return this.#states.get(name) === true
  }

  /** Body of `GET /faults`. */
  list(): Record<string, boolean> {
    return Object.fromEntries(this.#states)
  }

  /** Rejects with a Problem for a fault that this service does not have. */
  async set(name: string, enabled: boolean): Promise<Record<string, boolean>> {
    if (!this.#states.has(name)) {
      const known = [...this.#states.keys()].join(', ')
      throw new Problem(404, 'unknown_fault', `There is no fault "${name}" here. There is: ${known}.`)
    }
    await this.#effects.get(name)?.(enabled)
    this.#states.set(name, enabled)
    this.#obs.log.warn({ fault: name, enabled }, `fault ${name} switched ${enabled ? 'on' : 'off'}`)
    return this.list()
  }
}
