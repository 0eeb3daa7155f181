/**
 * A call to a database: client span and `db.client.operation.duration` (OpenTelemetry's semantic conventions for
 * databases). Shared by whatever tells of queries, so that all drivers look the same.
 */
import { type Attributes, type Context, type Span, SpanStatusCode, trace } from '@opentelemetry/api'
import { isTracingSuppressed } from '@opentelemetry/core'
import type { Histograms } from './cells.ts'
import { monotonicMs } from './clock.ts'
import { metric } from './instruments.ts'
import type { Metrics } from './metrics.ts'
import { attribute, DB_BUCKETS, OTHER } from './names.ts'
import type { Statement } from './sql/statement.ts'
import type { Traces } from './traces.ts'

export interface Database {
  /** As the semantic conventions name it: `postgresql`, `mysql`. */
  system: string
  namespace: string | undefined
  address: string | undefined
  port: number | undefined
}

export class DbCalls {
  readonly #traces: Traces | undefined
  readonly #duration: Histograms | undefined

  constructor(traces: Traces | undefined, metrics: Metrics | undefined) {
    this.#traces = traces
    this.#duration = metrics?.histograms(metric.dbDuration, DB_BUCKETS)
  }

  /**
   * Begins a call in `context`, or gives `undefined` where tracing is suppressed. Outside of any span it is measured but
   * makes no trace: what polls a table every second would bury the traces of the users.
   */
  begin(database: Database, statement: Statement, context: Context): DbCall | undefined {
    if (isTracingSuppressed(context)) return undefined
    const within = trace.getSpan(context) !== undefined
    const span = within ? this.#traces?.startClient(statement.summary ?? database.system, context) : undefined
    return new DbCall(span, this.#duration, database, statement)
  }
}

export class DbCall {
  readonly #span: Span | undefined
  readonly #duration: Histograms | undefined
  readonly #database: Database
  readonly #statement: Statement
  readonly #startedMs = monotonicMs()
  #ended = false

  constructor(span: Span | undefined, duration: Histograms | undefined, database: Database, statement: Statement) {
    this.#span = span
    this.#duration = duration
    this.#database = database
    this.#statement = statement
    if (!span?.isRecording()) return
    span.setAttributes(this.#attributes())
    if (statement.template !== '') span.setAttribute(attribute.dbQueryText, statement.template)
  }

  /** Only the first call counts. What the database says of an error may hold values, so only its code is kept. */
  end(error?: unknown): void {
    if (this.#ended) return
    this.#ended = true
    const failure = error === undefined ? {} : failureOf(error)
    this.#measure(failure)
    if (this.#span === undefined) return
    if (error !== undefined) this.#span.setAttributes(failure).setStatus({ code: SpanStatusCode.ERROR })
    this.#span.end()
  }

  #measure(failure: Attributes): void {
    if (this.#duration === undefined) return
    const { namespace, address, port } = this.#database
    const key = `${this.#statement.summary}|${namespace}|${address}|${port}|${failure[attribute.errorType]}`
    const cell = this.#duration.find(key) ?? this.#duration.open(key, { ...this.#attributes(), ...failure })
    cell.record((monotonicMs() - this.#startedMs) / 1000, this.#span?.spanContext())
  }

  #attributes(): Attributes {
    const { system, namespace, address, port } = this.#database
    const { operation, collection, summary } = this.#statement
    const attributes: Attributes = { [attribute.dbSystem]: system }
    if (namespace !== undefined) attributes[attribute.dbNamespace] = namespace
    if (address !== undefined) attributes[attribute.serverAddress] = address
    if (port !== undefined) attributes[attribute.serverPort] = port
    if (operation !== undefined) attributes[attribute.dbOperation] = operation
    if (collection !== undefined) attributes[attribute.dbCollection] = collection
    if (summary !== undefined) attributes[attribute.dbQuerySummary] = summary
    return attributes
  }
}

/** The database's own code (SQLSTATE `23505`), or what the system or the driver calls the failure (`ECONNREFUSED`). */
function failureOf(error: unknown): Attributes {
  if (!(error instanceof Error)) return { [attribute.errorType]: OTHER }
  const { code } = error as NodeJS.ErrnoException
  if (typeof code !== 'string') return { [attribute.errorType]: error.name }
  if (!/^[0-9A-Z]{5}$/.test(code)) return { [attribute.errorType]: code }
  return { [attribute.dbResponseStatus]: code, [attribute.errorType]: code }
}
