/**
 * Which backends can run on this machine, each described ready to start.
 */

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type FoundTool, findTool } from '@ops/tools'
import { type Backend, type BackendContext, configuration } from './description/backend.ts'
import { describeAlertmanager } from './programs/alertmanager.ts'
import { describeJaeger } from './programs/jaeger.ts'
import { describeLoki } from './programs/loki.ts'
import { describePrometheus } from './programs/prometheus.ts'

export interface Backends {
  readonly found: readonly Backend[]
  /** Names of those whose program is neither on PATH nor built; `pnpm tools` with these names builds them. */
  readonly missing: readonly string[]
}

const known = [
  { name: 'prometheus', describe: describePrometheus },
  { name: 'alertmanager', describe: describeAlertmanager },
  { name: 'loki', describe: describeLoki },
  { name: 'jaeger', describe: describeJaeger },
]

/** Starts and writes nothing; each description says how. */
export async function describeBackends(context: BackendContext): Promise<Backends> {
  const tools = await Promise.all(known.map(async (backend) => ({ ...backend, tool: await findTool(backend.name) })))
  const present = new Set(tools.flatMap(({ name, tool }) => (tool ? [name] : [])))
  const complete = async ({ name, describe }: (typeof known)[number], tool: FoundTool): Promise<Backend> => ({
    ...(await describe(tool, context, present)),
    version: tool.version,
    source: tool.source,
    stamp: await stampOf(name, tool),
  })
  return {
    found: await Promise.all(tools.flatMap(({ tool, ...backend }) => (tool ? [complete(backend, tool)] : []))),
    missing: known.map(({ name }) => name).filter((name) => !present.has(name)),
  }
}

/** A backend reads the files of the folder that has its name. */
async function stampOf(name: string, { version }: FoundTool): Promise<string> {
  const folder = join(configuration, name)
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const hash = createHash('sha256').update(version)
  for (const path of paths.toSorted()) hash.update(`\0${path}\0`).update(await readFile(path))
  return hash.digest('hex')
}
