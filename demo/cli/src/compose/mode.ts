/**
 * Compose mode: the shop and every backend as containers, from ops/compose.yaml. Needs a Docker engine with Compose.
 */

import type { LogSource, Mode } from '../modes/mode.ts'
import { Failure, reasonOf } from '../terminal/failure.ts'
import { listContainers } from './container.ts'
import { ContainerLog } from './container-log.ts'
import { down } from './down.ts'
import { whyNoEngine } from './engine.ts'
import { missingImages, pullImages } from './images.ts'
import { Project } from './project.ts'
import { folderOf, type Place, readStarted, settingsFrom } from './started.ts'
import { measure, memoryMeasure, status } from './status.ts'
import { up } from './up.ts'

/** Milliseconds that a registry may be silent before the shop is started without Docker instead. */
const answerWithin = 5000

export function createComposeMode(place: Place): Mode {
  /** With the settings that it was started with, whatever the environment says now. */
  const project = async () => new Project(place, (await readStarted(place)) ?? settingsFrom(place))
  return {
    name: 'compose',
    memoryMeasure,
    isInUse: async () => (await readStarted(place)) !== undefined,
    whyNot: (signal) => whyNot(place, signal),
    up: (signal) => up(place, signal),
    down: (options) => withEngine(place, () => down(place, options)),
    status: () => withEngine(place, async () => status(await project())),
    measure: (statuses) => withEngine(place, async () => measure(await project(), statuses)),
    logs: () => withEngine(place, async () => logs(await project())),
  }
}

/** What fails for want of an engine says so, and how to go on without. */
async function withEngine<T>(place: Place, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const reason = await whyNoEngine(new AbortController().signal)
    if (reason === undefined) throw error
    throw new Failure(
      `The shop was started with Compose, but now ${reason}. Run this again where Docker answers; where it never will ` +
        `again, delete ${folderOf(place)}.`,
      { cause: error },
    )
  }
}

async function whyNot(place: Place, signal: AbortSignal): Promise<string | undefined> {
  const reason = await whyNoEngine(signal)
  if (reason) return reason
  const model = await new Project(place, settingsFrom(place)).model()
  try {
    await pullImages(await missingImages(model), signal, { answerWithin })
    return undefined
  } catch (error) {
    signal.throwIfAborted()
    return reasonOf(error)
  }
}

async function logs(project: Project): Promise<LogSource[]> {
  const model = await project.model()
  const containers = await listContainers(model.name)
  return containers
    .map(({ id, service }) => ({ service, open: (signal: AbortSignal) => new ContainerLog(id, signal) }))
    .toSorted((one, other) => one.service.localeCompare(other.service))
}
