/**
 * The two metrics of an exchange: `http.server.request.duration` and `http.server.active_requests`.
 */
import type { Attributes, SpanContext } from '@opentelemetry/api'
import type { Histograms, Sums } from './cells.ts'
import type { Metrics } from './metrics.ts'
import { attribute, metric } from './names.ts'

/** What distinguishes one series of the latency histogram from another; all of it bounded. */
export interface Outcome {
  method: string
  scheme: string
  protocolVersion: string | undefined
  route: string | undefined
  status: number | undefined
  errorType: string | undefined
}

export class ServerMetrics {
  readonly #duration: Histograms
  readonly #active: Sums

  constructor(metrics: Metrics) {
    this.#duration = metrics.histograms(
      metric.requestDuration,
      { description: 'Duration of HTTP requests that this service answered.', unit: 's' },
      metrics.buckets,
    )
    this.#active = metrics.sums(
      metric.activeRequests,
      { description: 'HTTP requests that are being answered.', unit: '{request}' },
      false,
    )
  }

  begin(method: string, scheme: string): void {
    this.#activeOf(method, scheme).value += 1
  }

  /** Records one answer; says whether its series was beyond the cap. */
  end(outcome: Outcome, seconds: number, span: SpanContext | undefined): 'recorded' | 'overflow' {
    this.#activeOf(outcome.method, outcome.scheme).value -= 1
    const { method, scheme, protocolVersion, route, status, errorType } = outcome
    const key = `${method}|${status}|${errorType}|${scheme}|${protocolVersion}|${route}`
    const known = this.#duration.find(key)
    if (known !== undefined) {
      known.record(seconds, span)
      return 'recorded'
    }
    const swallowed = this.#duration.swallowed
    this.#duration.open(key, attributesOf(outcome)).record(seconds, span)
    return this.#duration.swallowed > swallowed ? 'overflow' : 'recorded'
  }

  #activeOf(method: string, scheme: string) {
    const key = `${method}|${scheme}`
    return this.#active.find(key) ?? this.#active.open(key, { [attribute.method]: method, [attribute.scheme]: scheme })
  }
}

function attributesOf(outcome: Outcome): Attributes {
  const attributes: Attributes = { [attribute.method]: outcome.method, [attribute.scheme]: outcome.scheme }
  if (outcome.protocolVersion !== undefined) attributes[attribute.protocolVersion] = outcome.protocolVersion
  if (outcome.route !== undefined) attributes[attribute.route] = outcome.route
  if (outcome.status !== undefined) attributes[attribute.status] = outcome.status
  if (outcome.errorType !== undefined) attributes[attribute.errorType] = outcome.errorType
  return attributes
}
