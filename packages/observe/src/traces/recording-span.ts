/**
 * A span that is being recorded: what user code may do with it, judged by one rule. OpenTelemetry's SDK span validates attributes
 * twice, reads three clocks, and keeps values that no backend can decode.
 */
import type {
  Attributes,
  AttributeValue,
  Exception,
  HrTime,
  Link,
  Span,
  SpanContext,
  SpanKind,
  SpanStatus,
  TimeInput,
} from '@opentelemetry/api'
import { exceptionAttributes, fieldOf } from '../conventions/thrown.ts'
import type { SpanLimits } from '../settings/span-limits.ts'
import { monotonicMs } from '../time/clock.ts'
import type { EncodableSpan, InstrumentationScope, SpanEvent } from './encodable-span.ts'
import { SpanExtra, UNSET } from './span-extra.ts'
import { keysOf, nameOf } from './span-values.ts'

export abstract class RecordingSpan implements Span, EncodableSpan {
  name: string
  readonly kind: SpanKind
  readonly #context: SpanContext
  readonly parentSpanContext: SpanContext | undefined
  /** What the trace adds to a reading of the monotonic clock: the same for all its spans in this process. */
  readonly offsetMs: number
  readonly #limits: SpanLimits
  #extra: SpanExtra | undefined

  constructor(
    name: string,
    kind: SpanKind,
    context: SpanContext,
    parent: SpanContext | undefined,
    offsetMs: number,
    limits: SpanLimits,
  ) {
    this.name = name
    this.kind = kind
    this.#context = context
    this.parentSpanContext = parent
    this.offsetMs = offsetMs
    this.#limits = limits
  }

  abstract readonly instrumentationScope: InstrumentationScope
  abstract readonly startTime: HrTime
  abstract readonly endTime: HrTime
  abstract isRecording(): boolean
  abstract end(endTime?: TimeInput): void

  /** Attributes that the span has besides those that were set. */
  protected abstract get ownAttributesCount(): number

  /** Whether nothing was set, so that it has nothing but what every span has. */
  get isPlain(): boolean {
    return this.#extra === undefined
  }

  /** Whether user code gave the span its name. */
  protected get isNamed(): boolean {
    return this.#extra?.isNamed === true
  }

  get attributes(): Attributes {
    return this.#extra?.attributes ?? {}
  }

  get events(): SpanEvent[] {
    return this.#extra?.events ?? []
  }

  get links(): Link[] {
    return this.#extra?.links ?? []
  }

  get status(): SpanStatus {
    return this.#extra?.status ?? UNSET
  }

  get droppedAttributesCount(): number {
    return this.#extra?.droppedAttributes ?? 0
  }

  get droppedEventsCount(): number {
    return this.#extra?.droppedEvents ?? 0
  }

  get droppedLinksCount(): number {
    return this.#extra?.droppedLinks ?? 0
  }

  spanContext(): SpanContext {
    return this.#context
  }

  setAttribute(key: string, value: AttributeValue): this {
    this.#open()?.setAttribute(key, value)
    return this
  }

  setAttributes(attributes: unknown): this {
    for (const key of keysOf(attributes)) this.setAttribute(key, fieldOf(attributes, key))
    return this
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    this.#open()?.addEvent(name, attributesOrTime, time, this.now)
    return this
  }

  addLink(link: Link): this {
    this.#open()?.addLink(link)
    return this
  }

  addLinks(links: unknown): this {
    this.#open()?.addLinks(links)
    return this
  }

  setStatus(status: SpanStatus): this {
    this.#open()?.setStatus(status)
    return this
  }

  updateName(name: string): this {
    const extra = this.#open()
    if (extra === undefined) return this
    this.name = nameOf(name)
    extra.isNamed = true
    return this
  }

  recordException(exception: Exception, time?: TimeInput): void {
    this.addEvent('exception', exceptionAttributes(exception), time)
  }

  /** The present time in milliseconds since 1970, on the clock of the trace. */
  protected get now(): number {
    return monotonicMs() + this.offsetMs
  }

  /** The target of setters; `undefined` once the span has ended. */
  #open(): SpanExtra | undefined {
    if (!this.isRecording()) return undefined
    this.#extra ??= new SpanExtra(this.ownAttributesCount, this.#limits)
    return this.#extra
  }
}
