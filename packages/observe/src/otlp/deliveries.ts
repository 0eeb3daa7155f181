/**
 * The deliveries of one service, a queue for each signal that goes out by OTLP.
 */
import type { Attributes } from '@opentelemetry/api'
import type { Metrics } from '../metrics/metrics.ts'
import type { LogLimits } from '../settings/log-limits.ts'
import type { Endpoint, OtlpSettings, PushSettings } from '../settings/otlp-settings.ts'
import { within } from '../time/within.ts'
import { Delivery } from './delivery.ts'
import type { Notices } from './delivery-log.ts'
import { MetricBatch } from './metric-batch.ts'
import { MetricPush } from './metric-push.ts'
import { Batch, type Records } from './record-batch.ts'

/** Longest time in milliseconds that delivery may take when the process exits. */
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

  /** A queue for `signal`, spans or lines; `undefined` where it is not exported. */
  open(signal: string, settings: OtlpSettings | undefined, logLimits?: LogLimits): Delivery<Batch> | undefined {
    return settings && this.#open(signal, settings, new Batch(this.#resource, logLimits))
  }

  /** A queue for metric points, which are collected at an interval. */
  openMetrics(metrics: Metrics, settings: PushSettings): void {
    this.#push = new MetricPush(metrics, this.#open('metric points', settings, new MetricBatch()), settings.intervalMs)
  }

  /** Begins to send the metrics, where they go by OTLP. */
  startPush(): void {
    this.#push?.start()
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

  /** Reading metrics runs callbacks of the user's, which may never settle. Returns the time that is left. */
  async #pushWithin(deadlineMs: number): Promise<number> {
    if (this.#push === undefined) return deadlineMs
    const end = performance.now() + deadlineMs
    await within(deadlineMs, this.#push.push(), undefined)
    return Math.max(end - performance.now(), 0)
  }

  /** Hands over what is left, with the current metrics, for a process whose event loop has stopped. */
  takeRemaining(): UnsentBatch[] {
    this.#push?.pushNow()
    return this.all.flatMap((delivery) => {
      const { endpoint, signal } = delivery
      return delivery.takeRemaining().map(({ body, count }) => ({ endpoint, signal, body, count }))
    })
  }
}

/** Encoded records that were not sent. */
export interface UnsentBatch {
  endpoint: Endpoint
  signal: string
  body: Buffer
  count: number
}
