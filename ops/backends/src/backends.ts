/**
 * Which backends can run on this machine, each described ready to start.
 */

import { type FoundTool, findTool } from '@ops/tools'
import { describeAlertmanager } from './alertmanager.ts'
import type { Backend, BackendContext } from './backend.ts'
import { describeJaeger } from './jaeger.ts'
import { describeLoki } from './loki.ts'
import { describePrometheus } from './prometheus.ts'

export type Found = FoundTool

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
  const found = tools.flatMap(({ describe, tool }) => (tool ? [describe(tool, context, present)] : []))
  return {
    found: await Promise.all(found),
    missing: known.map(({ name }) => name).filter((name) => !present.has(name)),
  }
}
