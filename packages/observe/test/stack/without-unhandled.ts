/**
 * Unhandled errors, which would end the process, given to a test instead.
 */
type Event = 'uncaughtException' | 'unhandledRejection'

/** Gives `run` the unhandled errors, as they come; the process goes on. */
export async function withoutUnhandled(event: Event, run: (errors: unknown[]) => Promise<unknown>): Promise<void> {
  const others = process.rawListeners(event) as NodeJS.UncaughtExceptionListener[]
  const errors: unknown[] = []
  process.removeAllListeners(event).on(event, (error: unknown) => errors.push(error))
  try {
    await run(errors)
  } finally {
    process.removeAllListeners(event)
    for (const listener of others) process.on(event, listener)
  }
}
