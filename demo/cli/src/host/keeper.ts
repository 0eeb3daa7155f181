/**
 * What goes on while the shop runs: a service that ends by itself is started again, as Compose does, and logs are rotated.
 * Works under the lock of `up` and `down`, so that it never restarts what they stop. Where
 * `.demo` was removed it stops what ran from it, of which nothing else knows any more.
 */

import { access } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { rotateLog } from '../logs/rotate.ts'
import { withFreeLock } from '../machine/lock.ts'
import { isAlive, launch, stop } from '../machine/processes.ts'
import type { ServiceDescription } from '../shop/description.ts'
import { reasonOf } from '../terminal/failure.ts'
import { describeAsStarted, type Host } from './host.ts'
import { keeperLog } from './keeper-process.ts'
import { RestartPolicy } from './restart-policy.ts'
import { type ProcessRecord, StateFile, stateFileOf } from './state.ts'

const LOOK_INTERVAL = 500
/** Milliseconds; a log grows by some megabytes in that time at most. */
const ROTATE_INTERVAL = 10_000
const STOP_WITHIN = 20_000

export async function keep(host: Host, signal: AbortSignal): Promise<void> {
  const keeper = new Keeper(host)
  let rotated = Date.now()
  while (!signal.aborted) {
    await delay(LOOK_INTERVAL, undefined, { signal }).catch(() => undefined)
    if (signal.aborted || !(await keeper.look())) return
    if (Date.now() - rotated < ROTATE_INTERVAL) continue
    rotated = Date.now()
    await keeper.rotateLogs()
  }
}

class Keeper {
  readonly #host: Host
  readonly #policy = new RestartPolicy()
  /** Of the last look, to know what ran when the folder is gone. */
  #known: readonly ProcessRecord[] = []
  /** Names of the daemons that ran at an earlier look: they have no record. */
  readonly #daemons = new Set<string>()

  constructor(host: Host) {
    this.#host = host
  }

  /** Restarts what is due. False when this process is not, or no more, the keeper. */
  async look(): Promise<boolean> {
    if (!(await exists(stateFileOf(this.#host.home)))) {
      report(`${this.#host.home} was removed, so what ran from it is stopped.`)
      await Promise.all(this.#known.map((record) => stop(record, STOP_WITHIN)))
      return false
    }
    try {
      const state = await StateFile.read(this.#host.home)
      if (state.keeper?.pid !== process.pid) return false
      if (this.#known.length === 0) report(`Keeps ${state.processes.map(({ name }) => name).join(', ')} running.`)
      this.#known = state.processes
      const services = await describeAsStarted(this.#host, state)
      for (const service of services) await this.#attend(service, state)
    } catch (error) {
      report(reasonOf(error)) // A full disk, for one: the next look may find it free again.
    }
    return true
  }

  async rotateLogs(): Promise<void> {
    const services = await describeAsStarted(this.#host, await StateFile.read(this.#host.home))
    for (const log of [...services.map((service) => service.log), keeperLog(this.#host.home)]) {
      await rotateLog(log).catch((error) => report(`${log} could not be rotated: ${reasonOf(error)}`))
    }
  }

  async #attend(service: ServiceDescription, state: StateFile): Promise<void> {
    if (!(await this.#hasEnded(service, state))) return
    const decision = this.#policy.decide(service.name, Date.now())
    if (decision === 'wait') return
    await withFreeLock(this.#host.home, async () => {
      const fresh = await StateFile.read(this.#host.home)
      if (!(await this.#hasEnded(service, fresh))) return
      if (decision === 'give up') return giveUp(service, fresh)
      this.#policy.restarted(service.name, Date.now())
      await restart(service, fresh)
    })
  }

  async #hasEnded({ name, run, data }: ServiceDescription, state: StateFile): Promise<boolean> {
    if (run.kind === 'program') {
      const record = state.find(name)
      return record !== undefined && !record.givenUp && !(await isAlive(record))
    }
    const runs = (await run.pid()) !== undefined
    if (runs) this.#daemons.add(name)
    // Without its data it would begin again with an empty database.
    return !runs && this.#daemons.has(name) && data !== undefined && (await exists(data))
  }
}

async function restart({ name, run, log }: ServiceDescription, state: StateFile): Promise<void> {
  if (run.kind === 'daemon') {
    report(`${name} ended by itself and is started again.`)
    return run.start()
  }
  const record = state.find(name)
  if (!record) return
  const restarts = record.restarts + 1
  report(`${name} ended by itself and is started again, for the ${restarts}. time.`)
  const { command, cwd, env } = run
  const launched = await launch({ command, cwd, env, log }, (ref) =>
    state.add({ ...record, pid: ref.pid, started: ref.started, restarts }),
  )
  launched.leave()
}

async function giveUp({ name }: ServiceDescription, state: StateFile): Promise<void> {
  const record = state.find(name)
  if (!record) return
  report(`${name} ended by itself again and again, and is left alone until the next \`pnpm demo up\`.`)
  await state.add({ ...record, givenUp: true })
}

function report(text: string): void {
  console.log(`${new Date().toISOString()} ${text}`)
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
