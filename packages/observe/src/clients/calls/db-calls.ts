/**
 * A call to a database: client span and `db.client.operation.duration` (OpenTelemetry's semantic conventions for
 * databases). Shared by all database clients, so that all drivers look the same.
 */
import { type Attributes, type Context, type Span, SpanStatusCode, trace } from '@opentelemetry/api'
import { isTracingSuppressed } from '@opentelemetry/core'
import { metric } from '../../conventions/instruments.ts'
import { attribute, DB_BUCKETS } from '../../conventions/names.ts'
import type { Histograms } from '../../metrics/cells.ts'
import type { Metrics } from '../../metrics/metrics.ts'
import { monotonicMs } from '../../time/clock.ts'
import type { SharedSpan } from '../../traces/encodable-span.ts'
import type { CallStart, Traces } from '../../traces/traces.ts'
import { CallOutcome, CallOutcomes, type Measured } from './call-outcome.ts'
import { attributesOf, type Database, failureOf, nameOf, type Operation, spanAttributesOf } from './db-operation.ts'

export class DbCalls {
  readonly #traces: Traces | undefined
  readonly #duration: Histograms | undefined
  readonly #outcomes = new CallOutcomes<DbOutcome>()

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
  begin(
    database: Database,
    operation: Operation,
    context: Context,
    startedMs: number = monotonicMs(),
  ): DbCall | undefined {
    if (isTracingSuppressed(context)) return undefined
    const call = new DbCall(this, database, operation, startedMs)
    if (trace.getSpan(context) !== undefined) call.span = this.#traces?.startCall(context, startedMs, call)
    return call
  }

  /** Records a call that has ended. */
  end({ database, operation, startedMs, span }: DbCall, error: unknown): void {
    const failure = error === undefined ? undefined : failureOf(error, database.system)
    const outcome = this.#outcomeOf(database, operation, failure)
    const endedMs = monotonicMs()
    outcome.record(endedMs - startedMs, span?.spanContext())
    if (span === undefined || outcome.span === undefined) return
    if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR })
    this.#traces?.endCall(span, outcome.span, startedMs, endedMs)
  }

  #outcomeOf(database: Database, operation: Operation, failure: Attributes | undefined): DbOutcome {
    const errorType = failure?.[attribute.errorType]
    const { lastOutcome } = operation
    if (lastOutcome instanceof DbOutcome && lastOutcome.isOf(this, database, errorType)) return lastOutcome
    const { system, namespace, address, port } = database
    const name = nameOf(database, operation)
    const series = `${system.name}|${name}|${namespace}|${address}|${port}|${errorType}`
    const key = `${series}|${operation.batchSize}|${operation.template}`
    const outcome =
      this.#outcomes.find(key) ?? this.#outcomes.keep(key, this.#open(series, database, operation, failure))
    operation.lastOutcome = outcome
    return outcome
  }

  #open(series: string, database: Database, operation: Operation, failure: Attributes = {}): DbOutcome {
    const attributes = { ...attributesOf(database, operation), ...failure }
    const name = nameOf(database, operation)
    const span = this.#traces?.sharedByCalls(name, { ...spanAttributesOf(database, operation), ...failure })
    const measured = { duration: this.#duration, series, attributes }
    return new DbOutcome(this, database, failure[attribute.errorType], span, measured)
  }
}

/** How calls of one operation on one database end. */
class DbOutcome extends CallOutcome {
  readonly #owner: DbCalls
  readonly #database: Database
  readonly #errorType: unknown

  constructor(
    owner: DbCalls,
    database: Database,
    errorType: unknown,
    span: SharedSpan | undefined,
    measured: Measured,
  ) {
    super(span, measured)
    this.#owner = owner
    this.#database = database
    this.#errorType = errorType
  }

  isOf(owner: DbCalls, database: Database, errorType: unknown): boolean {
    if (this.#owner !== owner || this.#errorType !== errorType) return false
    const own = this.#database
    return (
      own === database ||
      (own.address === database.address &&
        own.port === database.port &&
        own.namespace === database.namespace &&
        own.system === database.system)
    )
  }
}

export class DbCall implements CallStart {
  readonly database: Database
  readonly operation: Operation
  readonly startedMs: number
  /** Statement and database say what it is. */
  readonly url = undefined
  /** Set where the call is part of a trace. */
  span: Span | undefined
  readonly #calls: DbCalls
  #ended = false

  constructor(calls: DbCalls, database: Database, operation: Operation, startedMs: number) {
    this.#calls = calls
    this.database = database
    this.operation = operation
    this.startedMs = startedMs
  }

  /** Only the first call counts. An error text of the database may hold values, so only its code is kept. */
  end(error?: unknown): void {
    if (this.#ended) return
    this.#ended = true
    this.#calls.end(this, error)
  }

  describe(): { name: string; attributes: Attributes } {
    return {
      name: nameOf(this.database, this.operation),
      attributes: spanAttributesOf(this.database, this.operation),
    }
  }
}
