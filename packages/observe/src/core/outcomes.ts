/**
 * How exchanges end: one `Outcome` for each method, route, status and the like. It holds what all exchanges that end so
 * have in common, looked up once: the series of `http.server.request.duration`, the span's name and its attributes.
 */
import type { Attributes } from '@opentelemetry/api'
import type { HistogramCell, Histograms, Sums, ValueCell } from './cells.ts'
import { metric } from './instruments.ts'
import type { Metrics } from './metrics.ts'
import { attribute, OTHER } from './names.ts'

/** What distinguishes one outcome from another; all of it bounded. */
export interface Ending {
  method: string
  scheme: string
  protocolVersion: string | undefined
  route: string | undefined
  status: number | undefined
  errorType: string | undefined
}

export class Outcome {
  /** The span's name: method and route. */
  readonly name: string
  /** Attributes of the series and, with others, of the span. */
  readonly attributes: Attributes
  readonly cell: HistogramCell | undefined
  /** The attributes as the encoder wrote them for the first span that ended so. */
  encoded: Buffer | undefined
  /** All that is the same in every plain span that ended so. */
  encodedPlain: Buffer | undefined
  /** The parts of the log line that are the same for all. */
  line: LineParts | undefined
  readonly #ending: Ending

  constructor(ending: Ending, cell: HistogramCell | undefined) {
    this.#ending = ending
    this.name = spanName(ending.method, ending.route)
    this.attributes = attributesOf(ending)
    this.cell = cell
  }

  /** Whether an exchange that ends like this belongs here. */
  isOf({ method, scheme, protocolVersion, route, status, errorType }: Ending): boolean {
    const own = this.#ending
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

/** A log line without its path, between the two, and its duration, behind them. */
export interface LineParts {
  readonly head: string
  readonly tail: string
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
  of(ending: Ending): Outcome {
    const last = this.#last.get(ending.route)
    if (last?.isOf(ending)) return last
    const key = keyOf(ending)
    const known = this.#known.get(key) ?? this.#open(key, ending)
    if (known === undefined) return this.#ofOverflow({ ...ending, route: undefined })
    this.#last.set(ending.route, known)
    return known
  }

  #open(key: string, ending: Ending): Outcome | undefined {
    if (this.#known.size >= this.#limit) return undefined
    const outcome = new Outcome(ending, this.#duration?.open(key, attributesOf(ending)))
    this.#known.set(key, outcome)
    return outcome
  }

  #ofOverflow(ending: Ending): Outcome {
    const key = keyOf(ending)
    const cell = this.#duration?.overflow()
    const known = this.#beyond.get(key)
    if (known !== undefined) return known
    const outcome = new Outcome(ending, cell)
    if (this.#beyond.size < this.#limit) this.#beyond.set(key, outcome)
    return outcome
  }
}

function keyOf({ method, scheme, protocolVersion, route, status, errorType }: Ending): string {
  return `${method}|${status}|${errorType}|${scheme}|${protocolVersion}|${route}`
}

function attributesOf({ method, scheme, protocolVersion, route, status, errorType }: Ending): Attributes {
  const attributes: Attributes = { [attribute.method]: method, [attribute.scheme]: scheme }
  if (protocolVersion !== undefined) attributes[attribute.protocolVersion] = protocolVersion
  if (route !== undefined) attributes[attribute.route] = route
  if (status !== undefined) attributes[attribute.status] = status
  if (errorType !== undefined) attributes[attribute.errorType] = errorType
  return attributes
}
