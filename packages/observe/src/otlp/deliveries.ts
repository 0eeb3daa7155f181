/**
 * The deliveries of one service, a queue for each signal that goes out by OTLP.
 */
import type { Attributes } from '@opentelemetry/api'
import type { Metrics } from '../metrics/metrics.ts'
import type { Endpoint, OtlpSettings, PushSettings } from '../settings/otlp-settings.ts'
import { Delivery, type Notices } from './delivery.ts'
import { MetricBatch } from './metric-batch.ts'
import { MetricPush } from './metric-push.ts'
import { Batch, type Records } from './record-batch.ts'

/** Longest time in milliseconds that leaving may take. */
export const EXIT_TIMEOUT_MS = 2000

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

  /** Sends what waits; settles after `deadlineMs` at the latest. */
  async flush(deadlineMs = EXIT_TIMEOUT_MS): Promise<void> {
    const left = await this.#pushWithin(deadlineMs)
    await Promise.all(this.all.map((delivery) => delivery.flush(left)))
  }

  /** The last flush. */
  async close(deadlineMs = EXIT_TIMEOUT_MS): Promise<void> {
    this.#push?.stop()
    const left = await this.#pushWithin(deadlineMs)
    await Promise.all(this.all.map((delivery) => delivery.close(left)))
  }

  /** Reading metrics asks callbacks of the user's, which may never answer. Says how much of the time is left. */
  async #pushWithin(deadlineMs: number): Promise<number> {
    if (this.#push === undefined) return deadlineMs
    const end = performance.now() + deadlineMs
    let timer: NodeJS.Timeout | undefined
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadlineMs)
    })
    await Promise.race([this.#push.push(), deadline])
    clearTimeout(timer)
    return Math.max(end - performance.now(), 0)
  }

  /** Hands over what is left, the last values of the metrics included, for a process without a further turn. */
  takeRemaining(): UnsentBatch[] {
    this.#push?.pushNow()
    return this.all.flatMap((delivery) => {
      const { body, count } = delivery.takeRemaining()
      return count === 0 ? [] : [{ endpoint: delivery.endpoint, signal: delivery.signal, body, count }]
    })
  }
}

/** Records that were not sent, ready to be. */
export interface UnsentBatch {
  endpoint: Endpoint
  signal: string
  body: Buffer
  count: number
}
