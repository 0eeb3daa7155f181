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

const CHECK_TIMEOUT_MS = 2000

/** Time in milliseconds for which an outcome answers further probes: /readyz has no password, a check may cost a query. */
const FRESH_MS = 500
const URL_PATTERN = /\b[a-z][a-z0-9+.-]*:\/\/\S+/gi

export class HealthChecks {
  readonly #checks = new Map<string, SharedCheck>()

  add(name: string, check: () => unknown): void {
    if (this.#checks.has(name)) throw new TypeError(`there is already a health check "${name}"; choose another name`)
    this.#checks.set(name, new SharedCheck(check))
  }

  async run(): Promise<Readiness> {
    const entries = await Promise.all(Array.from(this.#checks, async ([name, check]) => [name, await check.outcome()]))
    const checks: Record<string, string> = Object.fromEntries(entries)
    return { ready: Object.values(checks).every((outcome) => outcome === 'ok'), checks }
  }
}

/** One check, which runs once at a time: probes that arrive meanwhile share its outcome, also while it hangs. */
class SharedCheck {
  readonly #check: () => unknown
  #running: Promise<string> | undefined

  constructor(check: () => unknown) {
    this.#check = check
  }

  async outcome(): Promise<string> {
    this.#running ??= this.#run()
    return await within(CHECK_TIMEOUT_MS, this.#running, `no answer within ${CHECK_TIMEOUT_MS} ms`)
  }

  async #run(): Promise<string> {
    try {
      return (await this.#check()) === false ? 'failed' : 'ok'
    } catch (error) {
      // A URL may hold credentials and names of inner hosts.
      return safeText(error).replace(URL_PATTERN, '[url]')
    } finally {
      setTimeout(() => {
        this.#running = undefined
      }, FRESH_MS).unref()
    }
  }
}
