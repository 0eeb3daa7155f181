/**
 * How exchanges end: one `Outcome` for each method, route, status and the like. It holds what all exchanges that end so
 * have in common, looked up once: the series of `http.server.request.duration`, the span's name and its attributes.
 */
import type { Attributes } from '@opentelemetry/api'
import { metric } from '../conventions/instruments.ts'
import { attribute, OTHER } from '../conventions/names.ts'
import { SharedLine } from '../logs/request-log.ts'
import type { HistogramCell, Histograms, Sums, ValueCell } from '../metrics/cells.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { SharedSpan } from '../traces/encodable-span.ts'

/** What distinguishes one outcome from another; all of it bounded. */
export interface OutcomeKey {
  method: string
  scheme: string
  protocolVersion: string | undefined
  route: string | undefined
  status: number | undefined
  errorType: string | undefined
}

export class Outcome {
  /** For the trace signal. */
  readonly span: SharedSpan
  /** For the metric signal. */
  readonly cell: HistogramCell | undefined
  /** For the log signal. */
  readonly line = new SharedLine()
  readonly #key: OutcomeKey

  constructor(key: OutcomeKey, cell: HistogramCell | undefined) {
    this.#key = key
    this.span = new SharedSpan(spanName(key.method, key.route), attributesOf(key))
    this.cell = cell
  }

  /** Whether an exchange that ends like this belongs here. */
  isOf({ method, scheme, protocolVersion, route, status, errorType }: OutcomeKey): boolean {
    const own = this.#key
    return (
      own.status === status &&
      own.route === route &&
      own.method === method &&
      own.errorType === errorType &&
      own.protocolVersion === protocolVersion &&
      own.scheme === scheme
    )
  }
}

/** `_OTHER` is no name for a span (HTTP semantic conventions, "Name"). */
export function spanName(method: string, route?: string): string {
  const verb = method === OTHER ? 'HTTP' : method
  return route === undefined ? verb : `${verb} ${route}`
}

export class Outcomes {
  readonly #duration: Histograms | undefined
  readonly #active: Sums | undefined
  readonly #limit: number
  readonly #known = new Map<string, Outcome>()
  /** The last outcome of each route: most requests end like the one before, and need no key. Measured: 10 ns, not 200. */
  readonly #last = new Map<string | undefined, Outcome>()
  /** Outcomes without a route, for what came when the limit was reached. */
  readonly #beyond = new Map<string, Outcome>()
  readonly #activeCells = { http: new Map<string, ValueCell>(), https: new Map<string, ValueCell>() }

  constructor(metrics: Metrics | undefined, limit: number) {
    this.#limit = limit
    this.#duration = metrics?.histograms(metric.requestDuration, metrics.buckets)
    this.#active = metrics?.sums(metric.activeRequests, false)
  }

  get areMeasured(): boolean {
    return this.#duration !== undefined
  }

  /** The count of open requests that one like this belongs to. */
  active(method: string, scheme: 'http' | 'https'): ValueCell | undefined {
    if (this.#active === undefined) return undefined
    const cells = this.#activeCells[scheme]
    let cell = cells.get(method)
    if (cell === undefined) {
      cell = this.#active.open(method + scheme, { [attribute.method]: method, [attribute.scheme]: scheme })
      cells.set(method, cell)
    }
    return cell
  }

  /** Beyond the limit it is an outcome without a route and with the overflow series. */
  of(key: OutcomeKey): Outcome {
    const last = this.#last.get(key.route)
    if (last?.isOf(key)) return last
    const text = keyText(key)
    const known = this.#known.get(text) ?? this.#open(text, key)
    if (known === undefined) return this.#ofOverflow({ ...key, route: undefined })
    this.#last.set(key.route, known)
    return known
  }

  #open(text: string, key: OutcomeKey): Outcome | undefined {
    if (this.#known.size >= this.#limit) return undefined
    const outcome = new Outcome(key, this.#duration?.open(text, attributesOf(key)))
    this.#known.set(text, outcome)
    return outcome
  }

  #ofOverflow(key: OutcomeKey): Outcome {
    const text = keyText(key)
    const cell = this.#duration?.overflow()
    const known = this.#beyond.get(text)
    if (known !== undefined) return known
    const outcome = new Outcome(key, cell)
    if (this.#beyond.size < this.#limit) this.#beyond.set(text, outcome)
    return outcome
  }
}

function keyText({ method, scheme, protocolVersion, route, status, errorType }: OutcomeKey): string {
  return `${method}|${status}|${errorType}|${scheme}|${protocolVersion}|${route}`
}

function attributesOf({ method, scheme, protocolVersion, route, status, errorType }: OutcomeKey): Attributes {
  const attributes: Attributes = { [attribute.method]: method, [attribute.scheme]: scheme }
  if (protocolVersion !== undefined) attributes[attribute.protocolVersion] = protocolVersion
  if (route !== undefined) attributes[attribute.route] = route
  if (status !== undefined) attributes[attribute.status] = status
  if (errorType !== undefined) attributes[attribute.errorType] = errorType
  return attributes
}
