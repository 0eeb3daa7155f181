/**
 * An error that is meant for the person at the terminal: it is printed without a stack trace, and carries the exit code.
 */

/** Exit codes of `pnpm demo`, the customary ones: 1 it did not work, 2 it was called wrongly, 130 it was interrupted. */
export type ExitCode = 0 | 1 | 2 | 130

export class Failure extends Error {
  override readonly name = 'Failure'
  readonly exitCode: ExitCode

  constructor(message: string, { exitCode = 1, cause }: { exitCode?: ExitCode; cause?: unknown } = {}) {
    super(message, { cause })
    this.exitCode = exitCode
  }
}

/** The message of anything that was thrown, for a sentence that goes on with it. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
