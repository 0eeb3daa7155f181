/**
 * The span of an exchange that is not sampled: it records nothing but the route that an instrumentation sets on it, since the metric
 * and the line of such an exchange are named by it all the same.
 */
import type { AttributeValue, Span, SpanContext } from '@opentelemetry/api'
import { attribute } from '../conventions/names.ts'
import { fieldOf } from '../conventions/thrown.ts'

export class UnsampledSpan implements Span {
  readonly #context: SpanContext
  /** `http.route` as it was set. */
  route: string | undefined

  constructor(context: SpanContext) {
    this.#context = context
  }

  spanContext(): SpanContext {
    return this.#context
  }

  isRecording(): boolean {
    return false
  }

  setAttribute(key: string, value: AttributeValue): this {
    if (key === attribute.route && typeof value === 'string') this.route = value
    return this
  }

  setAttributes(attributes: unknown): this {
    const route = fieldOf(attributes, attribute.route)
    if (typeof route === 'string') this.route = route
    return this
  }

  addEvent(): this {
    return this
  }

  addLink(): this {
    return this
  }

  addLinks(): this {
    return this
  }

  setStatus(): this {
    return this
  }

  updateName(): this {
    return this
  }

  recordException(): void {
    // Not sampled.
  }

  end(): void {
    // Not sampled.
  }
}
