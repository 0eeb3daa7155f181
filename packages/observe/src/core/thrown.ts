/**
 * What was thrown, as spans and log lines tell it: anything may be thrown, and how much of it is worth keeping depends on
 * whose mistake it was.
 */

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}

export function isClientError(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500
}

/** A client's mistake needs no stack of ours. */
export function brief(thrown: unknown): { type: string; message: string } {
  const { name, message } = asError(thrown)
  return { type: name, message }
}
