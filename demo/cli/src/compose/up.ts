/**
 * `pnpm demo up` with Compose: secrets, images, `docker compose up --wait`. What it cannot do it says in the words of who
 * refused: the registry, the build, or the service that did not become healthy.
 */

import { withLock } from '../machine/lock.ts'
import type { UpReport } from '../modes/mode.ts'
import { Failure } from '../terminal/failure.ts'
import { showProgress } from '../terminal/progress.ts'
import { type Container, listContainers } from './container.ts'
import { describeFailure } from './diagnosis.ts'
import { whyNoEngine } from './engine.ts'
import { missingImages, pullImages } from './images.ts'
import { requireOwnName, requireOwnPorts } from './own-ports.ts'
import { type Model, Project, shownServices } from './project.ts'
import { makeSecrets } from './secrets.ts'
import { folderOf, forgetStarted, type Place, settingsForUp, writeStarted } from './started.ts'
import { watchServices } from './watch.ts'

/** Seconds until everything has to be healthy. */
const waitTimeout = 180
const shownLines = 30

export async function up(place: Place, signal: AbortSignal): Promise<UpReport> {
  return withLock(place.home, signal, async () => {
    const reason = await whyNoEngine(signal)
    if (reason)
      throw new Failure(`Compose mode needs Docker, but ${reason}. \`pnpm demo up --mode host\` does without.`)
    const settings = await settingsForUp(place)
    const project = new Project(place, settings)
    const model = await project.model()
    const before = await listContainers(model.name)
    requireOwnName(project, model, before)
    await requireOwnPorts(project, model, before)
    await getImages(model, signal)
    await build(project, signal)
    await writeStarted(place, settings)
    await makeSecrets(folderOf(place), model)
    const isFirst = before.length === 0
    await start(project, model, signal).catch(async (error) => {
      if (signal.aborted && isFirst) await stopAgain(project, place)
      throw error
    })
    const started = startedBetween(before, await listContainers(model.name))
    return { started: shownServices(model).filter((name) => started.has(name)), notes: [] }
  })
}

async function getImages(model: Model, signal: AbortSignal): Promise<void> {
  await pullImages(await missingImages(model), signal).catch((error) => {
    if (signal.aborted || !(error instanceof Failure)) throw error
    throw new Failure(`Nothing was started, since ${error.message}.\n\n${imageAdvice}`, { cause: error })
  })
}

const imageAdvice =
  'Run `pnpm demo up` again where the registry can be reached. `pnpm demo up --mode host` does without images, and ' +
  '`COMPOSE_PROFILES= pnpm demo up` without Grafana.'

async function build(project: Project, signal: AbortSignal): Promise<void> {
  await showProgress([
    {
      title: 'build the images of the services',
      async work({ step }) {
        const onLine = (line: string) => {
          const [, stage, instruction] = /^#\d+ \[(?:\w+ )?(\w+) .*\d\/\d+\] (\w.+)$/.exec(line) ?? []
          if (instruction) step(`${stage}: ${instruction}`)
        }
        const { exitCode, output } = await project.compose(['build'], { signal, onLine })
        step('')
        if (exitCode === 0) return
        const last = output.trimEnd().split('\n').slice(-shownLines)
        throw new Failure(
          `The images could not be built. The last lines of \`docker compose build\`:\n\n    ${last.join('\n    ')}`,
        )
      },
    },
  ])
}

async function start(project: Project, model: Model, signal: AbortSignal): Promise<void> {
  const args = ['up', '--detach', '--wait', '--wait-timeout', String(waitTimeout), '--remove-orphans', '--no-build']
  await watchServices(model, async () => {
    const result = await project.compose(args, { signal })
    if (result.exitCode !== 0) throw await describeFailure(model, await listContainers(model.name), result)
  })
}

async function stopAgain(project: Project, place: Place): Promise<void> {
  const work = async () => {
    await project.compose(['down'])
    await forgetStarted(place)
  }
  await showProgress([{ title: 'stop what was started', work }])
}

/** Names of the services whose containers are new or were started again. */
function startedBetween(before: readonly Container[], after: readonly Container[]): Set<string> {
  const isOld = (one: Container) => before.some(({ id, startedAt }) => id === one.id && startedAt === one.startedAt)
  return new Set(after.filter((container) => !isOld(container)).map(({ service }) => service))
}
