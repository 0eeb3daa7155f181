/** What would end a process, reported to a test instead. */
type Event = 'uncaughtException' | 'unhandledRejection'

/** Gives `run` the unhandled errors, as they come. */
export async function unheard(event: Event, run: (errors: unknown[]) => Promise<unknown>): Promise<void> {
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
