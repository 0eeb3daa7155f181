/**
 * Says once that an instrument is not in /metrics because another one has its name there; each scrape finds it anew.
 */
import type { Logger } from 'pino'
import type { Clash } from './families.ts'

export class Clashes {
  readonly #log: Logger
  readonly #said = new Set<string>()

  constructor(log: Logger) {
    this.#log = log
  }

  readonly say = ({ leftOut, kept, name }: Clash): void => {
    if (this.#said.has(leftOut)) return
    this.#said.add(leftOut)
    this.#log.warn(
      `the ${leftOut} is not in /metrics: its name there, "${name}", clashes with the ${kept}. Give one of them another name.`,
    )
  }
}
