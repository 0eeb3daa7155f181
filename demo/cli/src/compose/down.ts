/**
 * `pnpm demo down` with Compose. Containers and network go; the volumes stay until they are asked to go, too.
 */

import { access, rm } from 'node:fs/promises'
import { withLock } from '../machine/lock.ts'
import type { DownOptions, DownReport, Reset } from '../modes/mode.ts'
import { Failure } from '../terminal/failure.ts'
import { showProgress } from '../terminal/progress.ts'
import { listContainers } from './container.ts'
import { dockerOutput, lastLine } from './docker.ts'
import { type Model, Project, shownServices } from './project.ts'
import { folderOf, forgetStarted, type Place, readStarted, settingsFrom } from './started.ts'

export async function down(place: Place, { reset, signal }: DownOptions): Promise<DownReport> {
  const wasUsed = await access(folderOf(place)).then(
    () => true,
    () => false,
  )
  if (!wasUsed) return { stopped: [] }
  return withLock(place.home, signal, async () => {
    const project = new Project(place, (await readStarted(place)) ?? settingsFrom(place))
    const model = await project.model()
    const volumes = volumesOf(reset, model)
    const running = (await listContainers(model.name)).filter(({ state }) => state !== 'exited')
    await stop(project, reset)
    if (volumes.length > 0) await dockerOutput(['volume', 'rm', '--force', ...volumes])
    await forgetStarted(place)
    if (reset === 'everything') await rm(folderOf(place), { recursive: true })
    return { stopped: shownServices(model).filter((name) => running.some(({ service }) => service === name)) }
  })
}

async function stop(project: Project, reset: Reset): Promise<void> {
  await showProgress([
    {
      title: 'stop the containers',
      async work() {
        const options = ['--remove-orphans', ...(reset === 'everything' ? ['--volumes'] : [])]
        const result = await project.compose(['down', ...options])
        if (result.exitCode !== 0) throw new Failure(`Compose could not stop the shop: ${lastLine(result)}`)
      },
    },
  ])
}

/** The engine's names of the volumes of the one service to reset. Throws where it has none, before anything is stopped. */
function volumesOf(reset: Reset, { services, volumes }: Model): string[] {
  if (typeof reset === 'string') return []
  const mounted = (name: string) =>
    services[name]?.volumes.flatMap(({ type, source }) => (type === 'volume' && source ? [source] : [])) ?? []
  const own = mounted(reset.only).flatMap((volume) => volumes[volume]?.name ?? [])
  if (own.length > 0) return own
  const keepers = Object.keys(services).filter((name) => mounted(name).length > 0)
  const names = keepers.map((name) => `  ${name}`).join('\n')
  throw new Failure(`Nothing called "${reset.only}" keeps data here. These do:\n\n${names}`, { exitCode: 2 })
}
