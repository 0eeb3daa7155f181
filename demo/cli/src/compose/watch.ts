/**
 * Shows each service on its way to being healthy, while Compose starts them.
 */

import { setTimeout as delay } from 'node:timers/promises'
import { type RowControl, showProgress } from '../terminal/progress.ts'
import { type Container, listContainers } from './container.ts'
import { whyIll } from './diagnosis.ts'
import { type Model, shownServices } from './project.ts'

const pollInterval = 500

/** Rejects with what `work` rejects with, once that is done. */
export async function watchServices(model: Model, work: () => Promise<void>): Promise<void> {
  const working = work()
  let isWorking = true
  const done = working.finally(() => {
    isWorking = false
  })
  const rows = shownServices(model).map((name) => new ServiceRow(name))

  async function poll(): Promise<void> {
    while (isWorking) {
      const containers = await listContainers(model.name).catch(() => []) // Compose tells what is wrong with the engine.
      for (const row of rows) row.see(containers.find(({ service }) => service === row.title))
      await Promise.race([delay(pollInterval), done.catch(() => undefined)])
    }
  }

  const progress = showProgress(rows.map((row) => ({ title: row.title, work: (control) => row.show(control, done) })))
  await Promise.all([poll(), progress])
  await done
}

class ServiceRow {
  readonly title: string
  readonly #healthy = Promise.withResolvers<void>()
  #control: RowControl | undefined
  #last: Container | undefined

  constructor(title: string) {
    this.title = title
  }

  see(container: Container | undefined): void {
    this.#last = container
    if (container?.health === 'healthy') this.#healthy.resolve()
    else this.#control?.step(describeState(container))
  }

  async show(control: RowControl, done: Promise<void>): Promise<void> {
    this.#control = control
    try {
      await Promise.race([this.#healthy.promise, done])
      control.step('')
    } catch (error) {
      if (this.#last && whyIll(this.#last)) throw error
      control.skip('not healthy yet')
    }
  }
}

function describeState(container: Container | undefined): string {
  if (!container) return 'waiting'
  if (container.state === 'created') return 'waiting for what it needs'
  return whyIll(container) ?? 'starting'
}
