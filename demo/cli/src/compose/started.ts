/**
 * With which settings Compose was started, kept between two commands, so that `status`, `logs` and `down` ask for the same
 * project on the same ports whatever the environment says by then.
 */

import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'

export type Settings = Readonly<Record<string, string>>

/** Where Compose mode works: the root of the repository, the folder of all that is kept, and the environment. */
export interface Place {
  readonly root: string
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
}

const settingsSchema = z.record(z.string(), z.string())

/** The folder of what Compose mode keeps. */
export function folderOf({ home }: Place): string {
  return join(home, 'compose')
}

/** The variables that the Compose file and Compose itself read, as far as they are set. */
export function settingsFrom({ env }: Place): Settings {
  const ours = Object.entries(env).flatMap(([name, value]): [string, string][] =>
    value !== undefined && /^(DEMO_\w+_PORT|COMPOSE_PROFILES|COMPOSE_PROJECT_NAME)$/.test(name) ? [[name, value]] : [],
  )
  return Object.fromEntries(ours)
}

/** The same, but what runs keeps the name of its project, so that no second one is started next to it. */
export async function settingsForUp(place: Place): Promise<Settings> {
  const settings = settingsFrom(place)
  const started = await readStarted(place)
  if (!started) return settings
  const { COMPOSE_PROJECT_NAME: ignored, ...others } = settings
  const { COMPOSE_PROJECT_NAME: name } = started
  return { ...others, ...(name !== undefined && { COMPOSE_PROJECT_NAME: name }) }
}

/** Undefined where nothing was started since the last `down`. */
export async function readStarted(place: Place): Promise<Settings | undefined> {
  const text = await readFile(pathOf(place), 'utf8').catch(() => undefined)
  try {
    return text === undefined ? undefined : settingsSchema.parse(JSON.parse(text))
  } catch {
    return {} // Damaged by a power cut: that it was started is all that is left to know.
  }
}

export async function writeStarted(place: Place, settings: Settings): Promise<void> {
  await mkdir(folderOf(place), { recursive: true })
  await writeFileAtomic(pathOf(place), `${JSON.stringify(settings, null, 2)}\n`)
}

export function forgetStarted(place: Place): Promise<void> {
  return rm(pathOf(place), { force: true })
}

function pathOf(place: Place): string {
  return join(folderOf(place), 'started.json')
}
