/**
 * The real backends among what `pnpm demo up` runs: each one whose program is on PATH or was built by `pnpm tools`. None
 * is built here, since that takes minutes; what is missing is said.
 */

import { type Backend, type BackendContext, describeBackends } from '@ops/backends'
import type { ServiceDescription } from './description.ts'
import { probeHttp } from './health.ts'

export interface RealBackends {
  readonly backends: readonly ServiceDescription[]
  /** Names of those that there are. */
  readonly found: readonly { readonly name: string }[]
  /** What is real and what is missing. */
  readonly notes: readonly string[]
}

export async function describeRealBackends(context: BackendContext): Promise<RealBackends> {
  const { found, missing } = await describeBackends(context)
  return { found, backends: found.map(toService), notes: [...realNote(found), ...missingNote(missing)] }
}

function toService({ health, needs, ...backend }: Backend): ServiceDescription {
  return {
    ...backend,
    kind: 'backend',
    // What Jaeger gets it hands on to the console.
    needs: ['console', ...needs],
    probe: (signal) => probeHttp(health, signal),
  }
}

function realNote(found: readonly Backend[]): string[] {
  if (found.length === 0) return []
  const names = found.map(
    ({ name, version, source }) => `${name} ${version} (${source === 'PATH' ? 'on PATH' : source})`,
  )
  return [`Real backends: ${names.join(', ')}.`]
}

function missingNote(missing: readonly string[]): string[] {
  if (missing.length === 0) return []
  const them = missing.length === 1 ? 'it' : 'them'
  const build = `pnpm tools ${missing.join(' ')}`
  return [`Missing: ${missing.join(', ')}. \`${build}\` builds ${them}; the next \`pnpm demo up\` starts ${them}.`]
}
