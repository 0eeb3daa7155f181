/**
 * Says once that an instrument is not in /metrics because another one has its name there, or that its attributes are not told
 * apart there; each scrape finds it anew.
 */
import type { Logger } from 'pino'
import type { DuplicateSeries } from './exposition.ts'
import type { Clash } from './families.ts'

/** Characters of labels that a line of the log has. */
const SHOWN_LABELS = 200

export class Clashes {
  readonly #log: Logger
  readonly #said = new Set<string>()
  readonly #knownDuplicates = new Set<string>()

  constructor(log: Logger) {
    this.#log = log
  }

  readonly warnOfDuplicate = ({ instrument, labels }: DuplicateSeries): void => {
    if (this.#knownDuplicates.has(instrument)) return
    this.#knownDuplicates.add(instrument)
    this.#log.warn(
      `the ${instrument} has attributes that /metrics does not tell apart: several come to the labels ` +
        `{${labels.slice(0, SHOWN_LABELS)}}, which are one series there, with the sum, or of a gauge the last value. ` +
        'Spell an attribute in one way only.',
    )
  }

  readonly warnOfClash = ({ leftOut, kept, name }: Clash): void => {
    if (this.#said.has(leftOut)) return
    this.#said.add(leftOut)
    this.#log.warn(
      `the ${leftOut} is not in /metrics: its name there, "${name}", clashes with the ${kept}. Give one of them another name.`,
    )
  }
}
