/**
 * What stands in the way when `docker compose up` fails: which service, why, its last lines and what to do.
 */

import { readableLine } from '../logs/log-line.ts'
import { significantLines } from '../logs/log-tail.ts'
import { Failure } from '../terminal/failure.ts'
import type { Container } from './container.ts'
import { type DockerResult, docker } from './docker.ts'
import type { Model } from './project.ts'

const shownLines = 30
/** A panic of Go lies that far back at most. */
const readLines = 300

/** Why a container keeps the shop from being healthy; undefined where it does not. */
export function whyIll({ state, health, exitCode, ranOutOfMemory, lastCheck }: Container): string | undefined {
  const memory = ranOutOfMemory ? ', out of the memory that it may have (mem_limit in ops/compose.yaml)' : ''
  if (state === 'restarting') return `it ends and is started again, with exit code ${exitCode}${memory}`
  if (state === 'exited' && exitCode !== 0) return `it exited with code ${exitCode}${memory}`
  if (state === 'running' && health === 'unhealthy')
    return `its health check fails: ${lastCheck || 'no answer in time'}`
  return undefined
}

/** The Failure that tells all of it. */
export async function describeFailure(
  { services }: Model,
  containers: readonly Container[],
  result: DockerResult,
): Promise<Failure> {
  const ill = containers.flatMap((container) => {
    const reason = whyIll(container)
    return reason ? [{ container, reason }] : []
  })
  const late = containers.filter(({ state, health }) => state === 'running' && health === 'starting')
  const culprits = ill.length > 0 ? ill : late.map((container) => ({ container, reason: whyLate(container) }))
  const [first] = culprits
  if (!first) return new Failure(`Compose could not start the shop:\n\n${indent(result.output)}\n\n${advice}`)
  const others = culprits
    .slice(1)
    .map(({ container, reason }) => `${container.service} did not start either: ${reason}.`)
  const { service } = first.container
  const keepsData = services[service]?.volumes.some(({ type }) => type === 'volume')
  const reset = `If the trouble is in its data, \`pnpm demo down --reset ${service}\` deletes that, and nothing else.`
  return new Failure(
    [
      await describeContainer(first.container, first.reason),
      ...(others.length > 0 ? [others.join('\n')] : []),
      ...(keepsData ? [reset] : []),
      `\`pnpm demo logs ${service}\` shows more. ${advice}`,
    ].join('\n\n'),
  )
}

const advice = 'Mend what it complains of and run `pnpm demo up` once more, or stop the rest with `pnpm demo down`.'

function whyLate({ lastCheck }: Container): string {
  return `it was not ready in time: ${lastCheck || 'its health check has not answered yet'}`
}

async function describeContainer({ id, service }: Container, reason: string): Promise<string> {
  const { output } = await docker(['logs', '--tail', String(readLines), id])
  const last = output === '' ? 'It wrote nothing.' : `Its last lines:\n\n${indent(output)}`
  return `${service} did not start: ${reason}.\n\n${last}`
}

function indent(output: string): string {
  const lines = significantLines(output.trimEnd().split('\n'), shownLines)
  return lines.map((line) => `    ${readableLine(line)}`).join('\n')
}
