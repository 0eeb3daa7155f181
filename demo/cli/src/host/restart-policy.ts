/**
 * When to restart a service that ended by itself: after a second the first time, then after twice as long each time, up to
 * half a minute. One that ran for a minute starts from the beginning; one that was restarted ten times without that is given up.
 */

const FIRST_DELAY = 1000
const LONGEST_DELAY = 30_000
const STABLE_AFTER = 60_000
const MOST_RESTARTS = 10

export type Decision = 'restart' | 'wait' | 'give up'

interface Attempts {
  count: number
  /** Milliseconds, on the clock of the caller. */
  restartedAt: number
  endedAt: number | undefined
}

export class RestartPolicy {
  readonly #attempts = new Map<string, Attempts>()

  /** What to do about `name`, which does not run, at `now` in milliseconds. */
  decide(name: string, now: number): Decision {
    const attempts = this.#attempts.get(name) ?? { count: 0, restartedAt: Number.NEGATIVE_INFINITY, endedAt: undefined }
    this.#attempts.set(name, attempts)
    if (attempts.endedAt === undefined) {
      attempts.endedAt = now
      if (now - attempts.restartedAt >= STABLE_AFTER) attempts.count = 0
    }
    if (attempts.count >= MOST_RESTARTS) return 'give up'
    const wait = Math.min(FIRST_DELAY * 2 ** attempts.count, LONGEST_DELAY)
    return now - attempts.endedAt >= wait ? 'restart' : 'wait'
  }

  /** A restart of `name` was tried at `now`. */
  restarted(name: string, now: number): void {
    const count = (this.#attempts.get(name)?.count ?? 0) + 1
    this.#attempts.set(name, { count, restartedAt: now, endedAt: undefined })
  }
}
