/**
 * How outgoing calls end: what all that end alike have in common, looked up once. The series of their duration, and the name and
 * the attributes of their spans.
 */
import type { Attributes, SpanContext } from '@opentelemetry/api'
import type { HistogramCell, Histograms } from '../../metrics/cells.ts'
import type { SharedSpan } from '../../traces/encodable-span.ts'

/** Outcomes that are kept. Beyond it each call makes its own, since statements and URLs may have no end. */
const MAX_KEPT = 2000

/** One histogram with the attributes of one series. */
export interface Measured {
  duration: Histograms | undefined
  /** Names the series. */
  series: string
  attributes: Attributes
}

export class CallOutcome {
  /** `undefined` without traces. */
  readonly span: SharedSpan | undefined
  readonly #measured: Measured
  #cell: HistogramCell | undefined

  constructor(span: SharedSpan | undefined, measured: Measured) {
    this.span = span
    this.#measured = measured
  }

  record(durationMs: number, span: SpanContext | undefined): void {
    const { duration, series, attributes } = this.#measured
    if (duration === undefined) return
    // The overflow series is asked for each time, since it counts what it takes.
    this.#cell ??= duration.find(series)
    const cell = this.#cell ?? duration.open(series, attributes)
    cell.record(durationMs / 1000, span)
  }
}

/** The outcomes of one instance, by their key. */
export class CallOutcomes<Outcome extends CallOutcome> {
  readonly #known = new Map<string, Outcome>()

  find(key: string): Outcome | undefined {
    return this.#known.get(key)
  }

  /** Returns `outcome`, which is found by its key from now on where there is room. */
  keep(key: string, outcome: Outcome): Outcome {
    if (this.#known.size < MAX_KEPT) this.#known.set(key, outcome)
    return outcome
  }
}
