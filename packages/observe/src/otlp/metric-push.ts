/**
 * Sends the metrics by OTLP at an interval, for backends that do not scrape. It reads the same cells as /metrics.
 */

import { ROOT_CONTEXT } from '@opentelemetry/api'
import { withContext } from '../context/context.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Delivery } from './delivery.ts'
import type { MetricBatch } from './metric-batch.ts'

/** Intervals of the push are its own; see `Metrics.read`. */
const READER = 'push'

export class MetricPush {
  readonly #metrics: Metrics
  readonly #delivery: Delivery<MetricBatch>
  readonly #intervalMs: number
  #timer: NodeJS.Timeout | undefined

  constructor(metrics: Metrics, delivery: Delivery<MetricBatch>, intervalMs: number) {
    this.#metrics = metrics
    this.#delivery = delivery
    this.#intervalMs = intervalMs
  }

  start(): void {
    this.#timer ??= withContext(ROOT_CONTEXT, () => setInterval(() => void this.push(), this.#intervalMs).unref())
  }

  /** Adds the current points to the queue. */
  async push(): Promise<void> {
    try {
      const points = await this.#metrics.read(READER)
      this.#delivery.add((batch) => batch.add(points))
    } catch (error) {
      // This runs in a timer, where a rejection would end the process.
      this.#delivery.failed(error)
    }
  }

  /** The same without waiting. */
  pushNow(): void {
    try {
      const points = this.#metrics.readNow(READER)
      this.#delivery.add((batch) => batch.add(points))
    } catch (error) {
      this.#delivery.failed(error)
    }
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
