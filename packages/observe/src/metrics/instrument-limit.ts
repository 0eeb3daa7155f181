/**
 * The bounds on meters and instruments, whose names may come from input by mistake. What is beyond works for its caller, is not
 * collected, and is gone with its last reference.
 */
import { diag } from '@opentelemetry/api'

/** Most instruments of the service itself, and most of all meters together. */
export const MAX_INSTRUMENTS = 10_000
/** Most instruments of one meter, so that one whose names come from input leaves room for the others. */
export const MAX_OF_METER = 2000
/** Most meters of a process; each package that instruments has one. */
export const MAX_METERS = 1000

export class CountLimit {
  readonly #what: string
  readonly #max: number
  #count = 0
  #isLogged = false

  constructor(what: string, max: number) {
    this.#what = what
    this.#max = max
  }

  /** Whether one more may be kept, which is then counted. The first that may not is logged. */
  admits(name: string): boolean {
    if (this.#count < this.#max) {
      this.#count += 1
      return true
    }
    if (!this.#isLogged) {
      this.#isLogged = true
      diag.error(
        `more than ${this.#max} ${this.#what}: "${name.slice(0, 100)}" and later ones are not collected; ` +
          'a name must not come from input, use an attribute',
      )
    }
    return false
  }
}

/** For what belongs to a meter that is not collected itself. */
export const NOTHING_KEPT: Pick<CountLimit, 'admits'> = { admits: () => false }
