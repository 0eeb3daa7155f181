/**
 * Runs one command line to its exit code: what goes wrong is said in plain words, and Ctrl-C ends a command in order.
 */

import { styleText } from 'node:util'
import { CommanderError } from 'commander'
import type { Modes } from '../modes/modes.ts'
import { Failure } from '../terminal/failure.ts'
import { hintFor } from '../terminal/file-errors.ts'
import { printError } from '../terminal/output.ts'
import { createProgram } from './commands.ts'

/** The customary exit code of a command that was interrupted. */
const interrupted = 130

/** Runs `argv`, which is the arguments alone, and sets the exit code of the process. */
export async function run(argv: readonly string[], modes: Modes): Promise<void> {
  process.stdout.on('error', leaveQuietly)
  const stopped = stopOnSignals()
  try {
    await createProgram(modes, stopped).parseAsync(argv, { from: 'user' })
  } catch (error) {
    process.exitCode = report(error, stopped)
  }
}

/** The second Ctrl-C is not waited for: what was started is on record, and `down` stops it. */
function stopOnSignals(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(interrupted)
      controller.abort(new Failure('Interrupted.', { exitCode: interrupted }))
    })
  }
  return controller.signal
}

function report(error: unknown, stopped: AbortSignal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const failure = stopped.aborted ? stopped.reason : describeFileError(error)
  if (!(failure instanceof Failure)) {
    console.error(failure)
    return 1
  }
  printError(`\n${styleText('red', failure.message, { stream: process.stderr })}`)
  return failure.exitCode
}

/** What the operating system says of a file, with what to do about it. */
function describeFileError(error: unknown): unknown {
  const hint = hintFor(error)
  return hint && error instanceof Error ? new Failure(`${error.message}. ${hint}`, { cause: error }) : error
}

/** The reader of the output, such as `head`, has closed it. */
function leaveQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
}
