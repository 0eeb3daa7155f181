/**
 * Stops services, each before those that it needs, and forgets what is gone.
 */

import { type Stopped, stop } from '../machine/processes.ts'
import type { ServiceDescription } from '../shop/description.ts'
import { Failure, reasonOf } from '../terminal/failure.ts'
import { type Row, showProgress } from '../terminal/progress.ts'
import { runningPid } from './host.ts'
import { runInOrder, sorted, stopOrder } from './order.ts'
import type { StateFile } from './state.ts'

/** Stops one service, whichever process started it; a process that is gone already is only forgotten. */
export async function stopService({ name, run }: ServiceDescription, state: StateFile): Promise<Stopped> {
  if (run.kind === 'daemon') {
    const running = (await run.pid()) !== undefined
    await run.stop()
    return running ? 'stopped' : 'gone'
  }
  const record = state.find(name)
  if (!record) return 'gone'
  const stopped = await stop(record, run.stopWithin)
  await state.remove(record)
  return stopped
}

/** Stops what runs of `services`, with a row for each, and says which that were. */
export async function stopWithProgress(services: readonly ServiceDescription[], state: StateFile): Promise<string[]> {
  const pids = await Promise.all(services.map((service) => runningPid(service, state)))
  const running = services.filter((_, index) => pids[index] !== undefined)
  await Promise.all(
    services.filter((service) => !running.includes(service)).map((service) => stopService(service, state)),
  )
  const order = stopOrder(running)
  const runNext = runInOrder(order)
  const rowOf = (service: ServiceDescription): Row => ({
    title: `stop ${service.name}`,
    async work(row) {
      // What cannot be stopped does not keep the others running: its turn ends well, its row does not.
      const [outcome] = await runNext(service.name, () => Promise.allSettled([stopService(service, state)]))
      if (outcome.status === 'rejected') throw stopFailure(service, outcome.reason)
      if (outcome.value === 'killed') row.step('it did not react to SIGTERM and was killed')
    },
  })
  await showProgress(sorted(running, order).map(rowOf))
  return running.map(({ name }) => name)
}

/** PostgreSQL on a full disk, for one, has more to say than a person can read. */
function stopFailure({ name, log }: ServiceDescription, cause: unknown): Failure {
  if (cause instanceof Failure) return cause
  const [reason = ''] = reasonOf(cause).split('\n')
  return new Failure(`${name} could not be stopped: ${reason}. Its log is ${log}.`, { cause })
}
