/**
 * A call to a database: client span and `db.client.operation.duration` (OpenTelemetry's semantic conventions for
 * databases). Shared by all database clients, so that all drivers look the same.
 */
import { type Attributes, type Context, type Span, SpanStatusCode, trace } from '@opentelemetry/api'
import { isTracingSuppressed } from '@opentelemetry/core'
import { metric } from '../../conventions/instruments.ts'
import { attribute, DB_BUCKETS, OTHER } from '../../conventions/names.ts'
import type { Histograms } from '../../metrics/cells.ts'
import type { Metrics } from '../../metrics/metrics.ts'
import { monotonicMs } from '../../time/clock.ts'
import type { Traces } from '../../traces/traces.ts'

/** A kind of database. */
export interface DbSystem {
  /** As the semantic conventions name it: `postgresql`, `mysql`. */
  name: string
  /** The error code of the database; `undefined` for an error that is not the database's own. */
  statusOf(error: Error): string | undefined
}

export interface Database {
  system: DbSystem
  namespace?: string | undefined
  address?: string | undefined
  port?: number | undefined
}

/** One operation on a database. */
export interface Operation {
  /** The command: `SELECT`, `HGET`, `findOne`. */
  operation: string | undefined
  /** The table or collection, where it is exactly one. */
  collection?: string | undefined
  procedure?: string | undefined
  /** Command and tables of an SQL text; bounded by the statements that a program has. */
  summary?: string | undefined
  /** The query without its values. */
  template?: string | undefined
  /** How many operations go in one batch. */
  batchSize?: number | undefined
}

/** Operation name of a failed connect. A successful connect makes no span. */
export const CONNECT: Operation = { operation: 'connect' }

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
   *
   * @param startedMs reading of the monotonic clock, where the call began before it was published
   */
  begin(database: Database, operation: Operation, context: Context, startedMs?: number): DbCall | undefined {
    if (isTracingSuppressed(context)) return undefined
    const name = nameOf(database, operation)
    const within = trace.getSpan(context) !== undefined
    const span = within
      ? this.#traces?.startClient(name, context, spanAttributesOf(database, operation), startedMs)
      : undefined
    return new DbCall(span, this.#duration, database, operation, name, startedMs)
  }
}

export class DbCall {
  readonly #span: Span | undefined
  readonly #duration: Histograms | undefined
  readonly #database: Database
  readonly #operation: Operation
  readonly #name: string
  readonly #startedMs: number
  #ended = false

  constructor(
    span: Span | undefined,
    duration: Histograms | undefined,
    database: Database,
    operation: Operation,
    name: string,
    startedMs = monotonicMs(),
  ) {
    this.#span = span
    this.#duration = duration
    this.#database = database
    this.#operation = operation
    this.#name = name
    this.#startedMs = startedMs
  }

  /** Only the first call counts. An error text of the database may hold values, so only its code is kept. */
  end(error?: unknown): void {
    if (this.#ended) return
    this.#ended = true
    const failure = error === undefined ? {} : failureOf(error, this.#database.system)
    this.#measure(failure)
    if (this.#span === undefined) return
    if (error !== undefined) this.#span.setAttributes(failure).setStatus({ code: SpanStatusCode.ERROR })
    this.#span.end()
  }

  #measure(failure: Attributes): void {
    if (this.#duration === undefined) return
    const { system, namespace, address, port } = this.#database
    const key = `${system.name}|${this.#name}|${namespace}|${address}|${port}|${failure[attribute.errorType]}`
    const cell =
      this.#duration.find(key) ??
      this.#duration.open(key, { ...attributesOf(this.#database, this.#operation), ...failure })
    cell.record((monotonicMs() - this.#startedMs) / 1000, this.#span?.spanContext())
  }
}

/** What a span has from its start: the attributes of the measurement, the query and the size of its batch. */
function spanAttributesOf(database: Database, operation: Operation): Attributes {
  const attributes = attributesOf(database, operation)
  const { template, batchSize } = operation
  if (template) attributes[attribute.dbQueryText] = template
  // One operation alone is no batch.
  if (batchSize !== undefined && batchSize > 1) attributes[attribute.dbBatchSize] = batchSize
  return attributes
}

function attributesOf({ system, namespace, address, port }: Database, operated: Operation): Attributes {
  const { operation, collection, procedure, summary } = operated
  const attributes: Attributes = { [attribute.dbSystem]: system.name }
  if (namespace !== undefined) attributes[attribute.dbNamespace] = namespace
  if (address !== undefined) attributes[attribute.serverAddress] = address
  if (port !== undefined) attributes[attribute.serverPort] = port
  if (operation !== undefined) attributes[attribute.dbOperation] = operation
  if (collection !== undefined) attributes[attribute.dbCollection] = collection
  if (procedure !== undefined) attributes[attribute.dbProcedure] = procedure
  if (summary !== undefined) attributes[attribute.dbQuerySummary] = summary
  return attributes
}

/** The summary, else operation and target (semantic conventions for databases, "Name"). */
function nameOf({ system }: Database, { operation, collection, procedure, summary }: Operation): string {
  if (summary !== undefined) return summary
  if (operation === undefined) return system.name
  const target = collection ?? procedure
  return target === undefined ? operation : `${operation} ${target}`
}

/** The database's own code (SQLSTATE `23505`), or what the system or the driver calls the failure (`ECONNREFUSED`). */
function failureOf(error: unknown, system: DbSystem): Attributes {
  if (!(error instanceof Error)) return { [attribute.errorType]: OTHER }
  const status = system.statusOf(error)
  if (status !== undefined) return { [attribute.dbResponseStatus]: status, [attribute.errorType]: status }
  const { code } = error as NodeJS.ErrnoException
  if (typeof code === 'string') return { [attribute.errorType]: code }
  // Many a driver's class does not say its name.
  return { [attribute.errorType]: error.name === 'Error' ? error.constructor.name : error.name }
}
