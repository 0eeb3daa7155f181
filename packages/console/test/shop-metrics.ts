/**
 * The sample shop's metrics, as a metrics SDK would report them: cumulative and delta sums, gauges, explicit and exponential
 * histograms, with an exemplar.
 */

import { attributes, type Journey, type Json, nanoseconds, resourceOf } from './shop.ts'

const services = ['gateway', 'orders', 'inventory', 'payments', 'notifier']
const bounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

/** Counts what was reported so far, as a cumulative stream needs. */
export class ShopMetrics {
  readonly #begun: number
  #reports = 0

  constructor(begun: number) {
    this.#begun = begun
  }

  /** The report at `now`, `interval` milliseconds after the one before. */
  report(now: number, interval: number, example?: Journey): Json {
    this.#reports++
    return {
      resourceMetrics: services.map((service, index) => ({
        resource: resourceOf(service),
        scopeMetrics: [{ scope: { name: 'shop' }, metrics: this.#metricsOf(index, now, interval, example) }],
      })),
    }
  }

  #metricsOf(service: number, now: number, interval: number, example?: Journey): Json[] {
    const since = { startTimeUnixNano: nanoseconds(this.#begun), timeUnixNano: nanoseconds(now) }
    const recent = { startTimeUnixNano: nanoseconds(now - interval), timeUnixNano: nanoseconds(now) }
    const wave = 1 + Math.sin(now / 60_000 + service) / 2
    return [
      {
        name: 'http.server.request.duration',
        unit: 's',
        description: 'Duration of HTTP server requests',
        histogram: {
          aggregationTemporality: 2,
          dataPoints: ['GET', 'POST'].map((method, which) => this.#duration(since, method, service + which, example)),
        },
      },
      {
        name: 'shop.orders',
        unit: '{order}',
        description: 'Orders by outcome',
        sum: {
          aggregationTemporality: 2,
          isMonotonic: true,
          dataPoints: ['accepted', 'declined'].map((outcome, which) => ({
            ...since,
            attributes: attributes({ outcome }),
            asInt: String(this.#reports * (which === 0 ? 9 : 1)),
          })),
        },
      },
      {
        name: 'shop.revenue',
        unit: 'EUR',
        description: 'Revenue since the last report',
        sum: {
          aggregationTemporality: 1,
          isMonotonic: true,
          dataPoints: [{ ...recent, attributes: [], asDouble: 120.5 * wave }],
        },
      },
      {
        name: 'nodejs.eventloop.delay.p99',
        unit: 's',
        description: 'Event loop delay, 99th percentile',
        gauge: { dataPoints: [{ ...since, attributes: [], asDouble: 0.002 * wave }] },
      },
      {
        name: 'http.server.active_requests',
        unit: '{request}',
        description: 'Requests in flight',
        sum: {
          aggregationTemporality: 2,
          isMonotonic: false,
          dataPoints: [{ ...since, attributes: [], asInt: String(Math.round(5 * wave)) }],
        },
      },
      {
        name: 'db.client.operation.duration',
        unit: 's',
        description: 'Duration of database calls',
        exponentialHistogram: {
          aggregationTemporality: 1,
          dataPoints: [
            {
              ...recent,
              attributes: attributes({ 'db.system.name': 'postgresql' }),
              count: '40',
              sum: 0.16,
              scale: 3,
              zeroCount: '1',
              positive: { offset: -66, bucketCounts: ['4', '10', '15', '7', '3'] },
            },
          ],
        },
      },
    ]
  }

  #duration(since: Json, method: string, seed: number, example?: Journey): Json {
    const shape = [2, 12, 30, 25, 10, 6, 8, 4, 1, 1, 1, 0, 0, 0, 0]
    const counts = shape.map((count, bucket) => count * this.#reports + ((seed + bucket) % 3))
    const exemplar = example && {
      timeUnixNano: since.timeUnixNano,
      asDouble: 0.061,
      traceId: example.traceId,
      spanId: [...example.spans.values()][0]?.[0]?.spanId,
    }
    return {
      ...since,
      attributes: attributes({ 'http.request.method': method, 'http.response.status_code': 200 }),
      count: String(counts.reduce((sum, count) => sum + count)),
      sum: this.#reports * 4.2,
      explicitBounds: bounds,
      bucketCounts: counts.map(String),
      exemplars: exemplar ? [exemplar] : [],
    }
  }
}
