/**
 * What pino puts on each line after its level: the time, and the ids of the active span. As a `mixin` the ids cost more than a whole
 * line without them: a copy of the fields, and each id encoded.
 */
import { type Context, isSpanContextValid, type SpanContext, trace } from '@opentelemetry/api'
import { logField } from '../conventions/names.ts'
import { isoNow } from '../time/iso-time.ts'
import { idText } from './trace-fields.ts'

export class LineHead {
  readonly #active: () => Context
  /** Of the last line; the lines of one span follow each other. */
  #span: SpanContext | undefined
  #ids = ''
  #hasIds = true

  /** @param active gives the context whose span a line belongs to */
  constructor(active: () => Context) {
    this.#active = active
  }

  /** The part for the line that is being written, as `timestamp` of pino has to give it. */
  next(): string {
    const time = `,"time":"${isoNow()}"`
    return this.#hasIds ? time + this.#idsNow() : time
  }

  /** Writes a line with `fields`. Where these have ids of their own, it has no others. */
  around(fields: unknown, write: () => void): void {
    this.#hasIds = !hasIds(fields)
    try {
      write()
    } finally {
      this.#hasIds = true
    }
  }

  #idsNow(): string {
    const span = trace.getSpanContext(this.#active())
    if (span !== this.#span) {
      this.#span = span
      this.#ids = span !== undefined && isSpanContextValid(span) ? idText(span) : ''
    }
    return this.#ids
  }
}

function hasIds(fields: unknown): boolean {
  return typeof fields === 'object' && fields !== null && logField.traceId in fields
}
