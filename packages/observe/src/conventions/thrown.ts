/**
 * What was thrown, as spans and log lines tell it: anything may be thrown, and how much of it is worth keeping depends on
 * whose mistake it was.
 */

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(textOf(thrown))
}

/** Its text; anything may be thrown, also what throws when it is asked for its text. */
export function textOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? String(thrown.message) : String(thrown)
  } catch {
    return 'something that has no text'
  }
}

export function isClientError(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500
}

/** A client's mistake needs no stack of ours. */
export function brief(thrown: unknown): { type: string; message: string } {
  const { name, message } = asError(thrown)
  return { type: name, message }
}
