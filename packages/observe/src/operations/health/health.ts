/**
 * The checks behind /readyz. Each has a time-out, so that a database that hangs makes the service not ready; the probe
 * itself does not hang.
 */
import { safeText } from '../../conventions/thrown.ts'
import { within } from '../../time/within.ts'

export interface Readiness {
  ready: boolean
  /** `ok` or the failure, by the name of the check. */
  checks: Record<string, string>
}

export const CHECK_TIMEOUT_MS = 2000

/** Time in milliseconds for which an outcome answers further probes: /readyz has no password, a check may cost a query. */
const FRESH_MS = 500
/**
 * Time in milliseconds until a check that did not answer is tried again, twice as long each time, up to the last: the one before may
 * still hold a connection.
 */
const FIRST_RETRY_MS = 10_000
const LAST_RETRY_MS = 300_000
const URL_PATTERN = /\b[a-z][a-z0-9+.-]*:\/\/\S+/gi

export class HealthChecks {
  readonly #checks = new Map<string, SharedCheck>()

  add(name: string, check: () => unknown): void {
    if (typeof name !== 'string') throw new TypeError('a health check needs a name: health(name, check)')
    if (typeof check !== 'function') throw new TypeError(`health("${name}", check) needs a function to check by`)
    if (this.#checks.has(name)) throw new TypeError(`there is already a health check "${name}"; choose another name`)
    this.#checks.set(name, new SharedCheck(check))
  }

  async run(): Promise<Readiness> {
    const entries = await Promise.all(Array.from(this.#checks, async ([name, check]) => [name, await check.outcome()]))
    const checks: Record<string, string> = Object.fromEntries(entries)
    return { ready: Object.values(checks).every((outcome) => outcome === 'ok'), checks }
  }
}

/** One check, which runs once at a time: probes that arrive meanwhile share its outcome. */
class SharedCheck {
  readonly #check: () => unknown
  /** The outcome of the present run, or of the last one while it is fresh. */
  #outcome: Promise<string> | undefined
  #unanswered = 0

  constructor(check: () => unknown) {
    this.#check = check
  }

  outcome(): Promise<string> {
    this.#outcome ??= this.#run()
    return this.#outcome
  }

  /** A run that does not answer in time is given up: whatever it waits for, the next one may answer. */
  async #run(): Promise<string> {
    const outcome = await within(CHECK_TIMEOUT_MS, this.#result(), undefined)
    this.#unanswered = outcome === undefined ? this.#unanswered + 1 : 0
    const retryMs = Math.min(FIRST_RETRY_MS * 2 ** (this.#unanswered - 1), LAST_RETRY_MS)
    setTimeout(
      () => {
        this.#outcome = undefined
      },
      outcome === undefined ? retryMs : FRESH_MS,
    ).unref()
    return outcome ?? `no answer within ${CHECK_TIMEOUT_MS} ms`
  }

  async #result(): Promise<string> {
    try {
      return (await this.#check()) === false ? 'failed' : 'ok'
    } catch (error) {
      // A URL may hold credentials and names of inner hosts.
      return safeText(error).replace(URL_PATTERN, '[url]')
    }
  }
}
