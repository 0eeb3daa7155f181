/**
 * An error that an operator can act on: its message says what happened, which version serves, and what to do. Printed without a stack.
 */
export class Failure extends Error {
  override readonly name = 'Failure'
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
