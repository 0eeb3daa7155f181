/**
 * The one log line of a request. A completed request without an error, which is nearly every one, is joined by hand,
 * character for character what pino would have written: pino's way through mixin, redaction and serializers costs more
 * than everything else that is done for a request. All others go through pino.
 */
import type { Attributes, SpanContext } from '@opentelemetry/api'
import { type Logger, pino } from 'pino'
import { cut } from '../conventions/attribute-value.ts'
import { logField } from '../conventions/names.ts'
import { brief, isClientError } from '../conventions/thrown.ts'
import { isoNow } from '../time/iso-time.ts'
import type { EndedRequest } from './ended-request.ts'
import { withoutUserInfo } from './redaction.ts'
import type { RequestFilter } from './request-filter.ts'
import { idFields, idText } from './trace-fields.ts'

/** Characters of a path that are kept; it comes from the client. */
const MAX_PATH = 4096

/** A log line without its path, which goes between the two, and its duration, which goes after them. */
interface LineChunks {
  readonly head: string
  readonly tail: string
}

/** What the lines of all requests with one outcome have in common: joined once. */
export class SharedLine {
  /** Filled by the log with the first line. */
  chunks: LineChunks | undefined
}

export class RequestLog {
  readonly #log: Logger
  readonly #writeLine: (line: string) => void
  /** The fields that stand on every line, as pino has them encoded. */
  readonly #bindings: string
  readonly #infoLevel: number
  readonly #joined: boolean
  readonly #has: RequestFilter | undefined

  /**
   * @param writeLine takes a whole line to where `log` writes
   * @param redacted paths that the user wants redacted; one that could be a field of this line leaves it to pino
   * @param has which requests have a line; without it all have
   */
  constructor(log: Logger, writeLine: (line: string) => void, redacted: readonly string[], has?: RequestFilter) {
    this.#has = has
    this.#log = log
    this.#writeLine = writeLine
    this.#bindings = (log as Logger & { [pino.symbols.chindingsSym]: string })[pino.symbols.chindingsSym]
    this.#infoLevel = log.levels.values.info ?? 0
    this.#joined = !redacted.some((path) => path.startsWith('*') || path.startsWith('[') || LINE_FIELDS.has(path))
  }

  /** @param shared keeps what this line has in common with others; leave it out where its route is not the request's */
  write(request: EndedRequest, span: SpanContext | undefined, shared?: SharedLine): void {
    if (this.#has !== undefined && !this.#has(request)) return
    const { status, error, aborted, fields } = request
    if (!this.#joined || fields !== undefined || aborted || error !== undefined || (status ?? 500) >= 500)
      this.#writeThroughPino(request, span)
    else if (this.#log.levelVal <= this.#infoLevel) this.#writeLine(this.#join(request, span, shared))
  }

  #join(request: EndedRequest, span: SpanContext | undefined, shared = new SharedLine()): string {
    const ids = span === undefined ? '' : idText(span)
    shared.chunks ??= chunksOf(request)
    const { head, tail } = shared.chunks
    return `{"level":"info","time":"${isoNow()}"${this.#bindings}${ids}${head}${quoted(shownPath(request.path))}${tail}${durationText(request.durationMs)},"msg":"request completed"}\n`
  }

  #writeThroughPino(request: EndedRequest, span: SpanContext | undefined): void {
    const { method, route, path, status, durationMs, aborted, error } = request
    const fields: Record<string, unknown> = {
      ...ownFields(request.fields),
      ...(span && idFields(span)),
      [logField.method]: method,
      [logField.route]: route,
      [logField.path]: shownPath(path),
      [logField.status]: status,
      [logField.durationMs]: rounded(durationMs),
    }
    if (aborted) fields[logField.aborted] = true
    if (error !== undefined) fields[logField.error] = isClientError(status) ? brief(error) : error
    if (status !== undefined && status >= 500) this.#log.error(fields, 'request failed')
    else if (aborted) this.#log.warn(fields, 'request aborted')
    else this.#log.info(fields, 'request completed')
  }
}

const LINE_FIELDS = new Set<string>(Object.values(logField))

function ownFields(fields: Attributes = {}): Attributes {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !LINE_FIELDS.has(name)))
}

/** A path may be a URL with user and password, and as long as the client likes. */
function shownPath(path: string): string {
  return cut(withoutUserInfo(path), MAX_PATH)
}

function rounded(durationMs: number): number {
  return Math.round(durationMs * 1000) / 1000
}

function chunksOf({ method, route, status }: EndedRequest): LineChunks {
  const named = route === undefined ? '' : `,"route":${quoted(route)}`
  return { head: `,"method":${quoted(method)}${named},"path":`, tail: `,"status":${status},"duration_ms":` }
}

/** `''`, `.001` to `.999`, without zeros at the end. */
const FRACTIONS = Array.from({ length: 1000 }, (_, thousandths) => String(thousandths / 1000).slice(1))

/** Milliseconds as JSON writes the rounded number. V8 takes longer to find a fraction's digits than to join these. */
function durationText(durationMs: number): string {
  const micros = Math.round(durationMs * 1000)
  return `${Math.floor(micros / 1000)}${FRACTIONS[micros % 1000] ?? ''}`
}

const NEEDS_NO_ESCAPE = /^[ !#-[\]-~]*$/

function quoted(text: string): string {
  return NEEDS_NO_ESCAPE.test(text) ? `"${text}"` : JSON.stringify(text)
}
