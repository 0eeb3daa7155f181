/**
 * Warns once for each instrument that /metrics leaves out because another has its name, and once for each whose attributes give
 * duplicate series; each scrape finds them again.
 */
import type { Logger } from 'pino'
import type { DuplicateSeries } from './exposition.ts'
import type { NameConflict } from './families.ts'

/** Most characters of labels in a log line. */
const SHOWN_LABELS = 200

export class PageWarnings {
  readonly #log: Logger
  readonly #knownConflicts = new Set<string>()
  readonly #knownDuplicates = new Set<string>()

  constructor(log: Logger) {
    this.#log = log
  }

  readonly warnOfDuplicate = ({ instrument, labels }: DuplicateSeries): void => {
    if (this.#knownDuplicates.has(instrument)) return
    this.#knownDuplicates.add(instrument)
    this.#log.warn(
      `the ${instrument} has attributes that give the same labels in /metrics: ` +
        `{${labels.slice(0, SHOWN_LABELS)}} is one series there, with the sum, or the last value of a gauge. ` +
        'Write the name and the type of an attribute in one way only.',
    )
  }

  readonly warnOfConflict = ({ leftOut, kept, name }: NameConflict): void => {
    if (this.#knownConflicts.has(leftOut)) return
    this.#knownConflicts.add(leftOut)
    this.#log.warn(
      `the ${leftOut} is not in /metrics: its name there, "${name}", conflicts with the ${kept}. Give one of them another name.`,
    )
  }
}
