/**
 * The deliveries of one service, a queue for each signal that goes out by OTLP.
 */
import type { Attributes } from '@opentelemetry/api'
import { Delivery, type Notices } from './delivery.ts'
import type { Endpoint } from './exporters.ts'
import { MetricPush } from './metric-push.ts'
import type { Metrics } from './metrics.ts'
import type { OtlpSettings, PushSettings } from './options.ts'
import { Batch, type Records } from './otlp.ts'
import { MetricBatch } from './otlp-metrics.ts'

/** Longest time in milliseconds that leaving may take. */
export const LEAVING_MS = 2000

export class Deliveries {
  readonly all: Delivery<Records>[] = []
  readonly #resource: Attributes
  readonly #notices: Notices
  #push: MetricPush | undefined

  constructor(resource: Attributes, notices: Notices) {
    this.#resource = resource
    this.#notices = notices
  }

  /** A queue for `signal`, spans or lines, or nothing where it is not to be sent. */
  open(signal: string, settings: OtlpSettings | undefined): Delivery<Batch> | undefined {
    return settings && this.#open(signal, settings, new Batch(this.#resource))
  }

  /** A queue for metric points, which are collected at an interval. */
  openMetrics(metrics: Metrics, settings: PushSettings): void {
    this.#push = new MetricPush(metrics, this.#open('metric points', settings, new MetricBatch()), settings.intervalMs)
  }

  #open<B extends Records>(signal: string, { endpoint, limits }: OtlpSettings, batch: B): Delivery<B> {
    const delivery = new Delivery(signal, endpoint, limits, batch, this.#notices)
    this.all.push(delivery)
    return delivery
  }

  async flush(): Promise<void> {
    await this.#push?.push()
    await Promise.all(this.all.map((delivery) => delivery.flush(LEAVING_MS)))
  }

  /** The last flush. */
  async close(): Promise<void> {
    this.#push?.stop()
    await this.#push?.push()
    await Promise.all(this.all.map((delivery) => delivery.close(LEAVING_MS)))
  }

  /** Hands over what is left, the last values of the metrics included, for a process without a further turn. */
  surrender(): Letter[] {
    this.#push?.pushNow()
    return this.all.flatMap((delivery) => {
      const { body, count } = delivery.surrender()
      return count === 0 ? [] : [{ endpoint: delivery.endpoint, signal: delivery.signal, body, count }]
    })
  }
}

/** Records that were not sent, ready to be. */
export interface Letter {
  endpoint: Endpoint
  signal: string
  body: Buffer
  count: number
}
