/**
 * What the operating system says of a file, with what to do about it.
 */

/** The usual reason: it was made by `sudo pnpm demo up`. */
const belongsToAnother = 'It seems to belong to another user. Run this as that user, or as root.'

const hints: Readonly<Record<string, string>> = {
  EACCES: belongsToAnother,
  EPERM: belongsToAnother,
  EROFS: 'Its disk can only be read. Set DEMO_HOME to a folder that can be written to.',
  ENOSPC: 'Make room on that disk; `pnpm demo down --reset` deletes all that the demo keeps.',
}

/** The hint for an error of a file; undefined for any other error. */
export function hintFor(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? hints[String(error.code)] : undefined
}
