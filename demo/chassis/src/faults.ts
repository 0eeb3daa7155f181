/**
 * Faults on command, so that there is something to find in the traces, metrics and logs. They live in memory: after a
 * restart all are off.
 */

import type { Observe } from '@lab/observe'
import { z } from 'zod'
import { Problem } from './problem.ts'

/** Body of `PUT /faults/:name`. */
export const faultSwitch = z.object({ enabled: z.boolean() })

export class Faults<Name extends string = string> {
  readonly #states: Map<string, boolean>
  readonly #obs: Observe

  constructor(obs: Observe, names: readonly Name[]) {
    this.#states = new Map(names.map((name) => [name, false]))
    this.#obs = obs
  }

  isOn(name: Name): boolean {
    return this.#states.get(name) === true
  }

  /** Body of `GET /faults`. */
  list(): Record<string, boolean> {
    return Object.fromEntries(this.#states)
  }

  /** Throws a Problem for a fault that this service does not have. */
  set(name: string, enabled: boolean): Record<string, boolean> {
    if (!this.#states.has(name)) {
      const known = [...this.#states.keys()].join(', ')
      throw new Problem(404, 'unknown_fault', `There is no fault "${name}" here. There is: ${known}.`)
    }
    this.#states.set(name, enabled)
    this.#obs.log.warn({ fault: name, enabled }, `fault ${name} switched ${enabled ? 'on' : 'off'}`)
    return this.list()
  }
}
