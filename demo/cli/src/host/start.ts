/**
 * Starts one service and waits until it is healthy. When that fails the error tells why, in the service's own last words.
 */

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { basename } from 'node:path'
import { readableLine } from '../logs/log-line.ts'
import { lastWords, prepareLog } from '../logs/log-tail.ts'
import { otherOwner } from '../machine/ownership.ts'
import { launch } from '../machine/processes.ts'
import type { Program, ServiceDescription } from '../shop/description.ts'
import { waitUntilHealthy } from '../shop/health.ts'
import { Failure, reasonOf } from '../terminal/failure.ts'
import { hintFor } from '../terminal/file-errors.ts'
import type { StateFile } from './state.ts'

export interface StartContext {
  readonly state: StateFile
  readonly fingerprint: string
  readonly signal: AbortSignal
  /** Called with what is being waited for, such as `migrating`. */
  readonly onStep: (step: string) => void
}

const shownLines = 30
const longestCommand = 120
const advice =
  'What was started with it is stopped again. Mend what it complains of, then run `pnpm demo up` once more.'

/** What a program is started from, as one short value: where it differs, the running process is out of date. */
export function fingerprintOf({ run, ports, stamp }: ServiceDescription, buildStamp: string): string {
  return createHash('sha256')
    .update(JSON.stringify([run, ports, stamp ?? buildStamp]))
    .digest('hex')
    .slice(0, 16)
}

export async function startService(service: ServiceDescription, context: StartContext): Promise<void> {
  const logStart = service.run.kind === 'program' ? await prepareLog(service.log) : 0
  try {
    if (service.run.kind === 'program') await startProgram(service, service.run, context)
    else await service.run.start()
  } catch (error) {
    if (context.signal.aborted) throw error
    const words = service.run.kind === 'program' ? await quote(service.log, logStart) : []
    const story = [
      `${service.name} did not start: ${reasonOf(error)}.`,
      ...words,
      advice,
      ...(await wayOut(service, error)),
    ]
    throw new Failure(story.join('\n\n'), { cause: error })
  }
}

/** Where its own data may be what keeps it from starting: damaged files, a full disk, files of another user. */
async function wayOut({ name, data }: ServiceDescription, error: unknown): Promise<string[]> {
  const hint = hintFor(error)
  if (hint !== undefined) return [hint]
  if (data === undefined) return []
  const owner = await otherOwner(data)
  if (owner !== undefined && process.getuid?.() !== 0) {
    return [
      `In ${data} there are files of uid ${owner}. Nothing there has to be deleted: give them back with ` +
        `\`sudo chown -R "$(id -u)" ${data}\`, or run this as that user.`,
    ]
  }
  return [
    `If the trouble is in its data in ${data}, \`pnpm demo down --reset ${name}\` deletes that, and nothing else.`,
  ]
}

async function startProgram(service: ServiceDescription, run: Program, context: StartContext): Promise<void> {
  if (run.prepare) {
    context.onStep('preparing')
    const { gone } = await launchRecorded(service, run, run.prepare, context)
    const { code, reason } = await Promise.race([gone, rejectWhenAborted(context.signal)])
    if (code !== 0) throw new Error(`${reason} while running "${shortened(run.prepare)}"`)
  }
  context.onStep('starting')
  const launched = await launchRecorded(service, run, run.command, context)
  const ended = new AbortController()
  const healthy = waitUntilHealthy(service, service.readyWithin, AbortSignal.any([context.signal, ended.signal]))
  const gone = launched.gone.then(({ reason }) => Promise.reject(new Error(reason)))
  try {
    await Promise.race([healthy, gone])
    launched.leave()
  } finally {
    ended.abort()
  }
}

/** An argument may be a whole program or its input. */
function shortened([program, ...args]: Program['command']): string {
  const text = [basename(program), ...args].join(' ')
  return text.length > longestCommand ? `${text.slice(0, longestCommand)}…` : text
}

async function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  signal.throwIfAborted()
  await once(signal, 'abort')
  throw signal.reason
}

function launchRecorded(
  { name, log }: ServiceDescription,
  { cwd, env }: Program,
  command: Program['command'],
  { state, fingerprint }: StartContext,
) {
  return launch({ command, cwd, env, log }, (ref) =>
    state.add({ name, ...ref, fingerprint, restarts: 0, givenUp: false }),
  )
}

/** What it said to its log; a daemon says it in its error. */
async function quote(log: string, from: number): Promise<string[]> {
  const lines = await lastWords(log, from, shownLines)
  if (lines.length === 0) return [`It wrote nothing to ${log}.`]
  return [`Its last words, from ${log}:`, lines.map((line) => `    ${readableLine(line)}`).join('\n')]
}
