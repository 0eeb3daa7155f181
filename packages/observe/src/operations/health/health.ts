/**
 * The checks behind /readyz. Each has a time-out, so that a database that hangs makes the service not ready; the probe
 * itself does not hang.
 */
import { within } from '../../time/within.ts'

export interface Readiness {
  ready: boolean
  /** `ok` or the failure, by the name of the check. */
  checks: Record<string, string>
}

const CHECK_TIMEOUT_MS = 2000

export class HealthChecks {
  readonly #checks = new Map<string, () => unknown>()

  add(name: string, check: () => unknown): void {
    if (this.#checks.has(name)) throw new TypeError(`there is already a health check "${name}"; choose another name`)
    this.#checks.set(name, check)
  }

  async run(): Promise<Readiness> {
    const entries = await Promise.all(Array.from(this.#checks, async ([name, check]) => [name, await outcomeOf(check)]))
    const checks: Record<string, string> = Object.fromEntries(entries)
    return { ready: Object.values(checks).every((outcome) => outcome === 'ok'), checks }
  }
}

async function outcomeOf(check: () => unknown): Promise<string> {
  try {
    const result = (async () => ((await check()) === false ? 'failed' : 'ok'))()
    return await within(CHECK_TIMEOUT_MS, result, `no answer within ${CHECK_TIMEOUT_MS} ms`)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
