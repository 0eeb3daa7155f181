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

  constructor(ending: Ending, cell: HistogramCell | undefined) {
    this.name = spanName(ending.method, ending.route)
    this.attributes = attributesOf(ending)
    this.cell = cell
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

  constructor(metrics: Metrics | undefined, limit: number) {
    this.#limit = limit
    this.#duration = metrics?.histograms(metric.requestDuration, metrics.buckets)
    this.#active = metrics?.sums(metric.activeRequests, false)
  }

  /** The count of open requests that one like this belongs to. */
  active(method: string, scheme: string): ValueCell | undefined {
    const key = method + scheme
    return (
      this.#active?.find(key) ?? this.#active?.open(key, { [attribute.method]: method, [attribute.scheme]: scheme })
    )
  }

  /** Beyond the limit it is an outcome of its own, without a route and with the overflow series. */
  of(ending: Ending): Outcome {
    const { method, scheme, protocolVersion, route, status, errorType } = ending
    const key = `${method}|${status}|${errorType}|${scheme}|${protocolVersion}|${route}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const full = this.#known.size >= this.#limit
    const outcome = new Outcome(
      full ? { ...ending, route: undefined } : ending,
      this.#duration?.open(key, attributesOf(ending)),
    )
    if (!full) this.#known.set(key, outcome)
    return outcome
  }
}

function attributesOf({ method, scheme, protocolVersion, route, status, errorType }: Ending): Attributes {
  const attributes: Attributes = { [attribute.method]: method, [attribute.scheme]: scheme }
  if (protocolVersion !== undefined) attributes[attribute.protocolVersion] = protocolVersion
  if (route !== undefined) attributes[attribute.route] = route
  if (status !== undefined) attributes[attribute.status] = status
  if (errorType !== undefined) attributes[attribute.errorType] = errorType
  return attributes
}
