/**
 * The deliveries of one service, a queue for each signal that goes out by OTLP.
 */
import type { Attributes } from '@opentelemetry/api'
import { Delivery, type Notices } from './delivery.ts'
import { LEAVING_MS } from './leaving.ts'
import type { OtlpSettings } from './options.ts'
import { Batch } from './otlp.ts'

export class Deliveries {
  readonly all: Delivery[] = []
  readonly #resource: Attributes
  readonly #notices: Notices

  constructor(resource: Attributes, notices: Notices) {
    this.#resource = resource
    this.#notices = notices
  }

  /** A queue for `signal`, or nothing where it is not to be sent. */
  open(signal: string, settings: OtlpSettings | undefined): Delivery | undefined {
    if (settings === undefined) return undefined
    const delivery = new Delivery(signal, settings.endpoint, settings.limits, new Batch(this.#resource), this.#notices)
    this.all.push(delivery)
    return delivery
  }

  async flush(): Promise<void> {
    await Promise.all(this.all.map((delivery) => delivery.flush(LEAVING_MS)))
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((delivery) => delivery.close(LEAVING_MS)))
  }
}
