/**
 * The span of an exchange. OpenTelemetry's SDK span validates attributes twice and reads three clocks, so the one span that
 * every request has is this one: the same interface for user code, the same bytes on the wire.
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
import { attribute, SCOPE } from '../conventions/names.ts'
import { exceptionAttributes } from '../conventions/thrown.ts'
import { epochMs, hrTime } from '../time/clock.ts'
import type { EncodableSpan, SharedSpan } from './encodable-span.ts'
import { SpanExtra, UNSET } from './span-extra.ts'
import { attributesOf, nameOf } from './span-values.ts'

const OWN_SCOPE = { name: SCOPE }

export class ExchangeSpan implements Span, EncodableSpan {
  readonly instrumentationScope = OWN_SCOPE
  name: string
  readonly kind: SpanKind
  readonly #context: SpanContext
  readonly parentSpanContext: SpanContext | undefined
  /** Start and end in milliseconds since 1970. */
  readonly startedMs: number
  endedMs = 0
  /** The two attributes of its own that nearly every span has. */
  readonly path: string | undefined
  readonly userAgent: string | undefined
  /** What all exchanges that ended like this one have in common; set by `finish`. */
  shared: SharedSpan | undefined
  /** `http.route` as user code, or an instrumentation, has set it. */
  route: string | undefined
  #extra: SpanExtra | undefined

  /** @param startedMs a reading of the monotonic clock */
  constructor(
    name: string,
    kind: SpanKind,
    context: SpanContext,
    parent: SpanContext | undefined,
    startedMs: number,
    path?: string,
    userAgent?: string,
  ) {
    this.name = name
    this.kind = kind
    this.#context = context
    this.parentSpanContext = parent
    this.startedMs = epochMs(startedMs)
    this.path = path
    this.userAgent = userAgent
  }

  /** Whether there is nothing to tell but what every exchange has. */
  get isPlain(): boolean {
    return this.#extra === undefined
  }

  get attributes(): Attributes {
    const attributes: Attributes = {}
    if (this.path !== undefined) attributes[attribute.urlPath] = this.path
    if (this.userAgent !== undefined) attributes[attribute.userAgent] = this.userAgent
    return Object.assign(attributes, this.#extra?.attributes)
  }

  get events(): EncodableSpan['events'] {
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

  get startTime(): HrTime {
    return hrTime(this.startedMs)
  }

  get endTime(): HrTime {
    return hrTime(this.endedMs)
  }

  spanContext(): SpanContext {
    return this.#context
  }

  isRecording(): boolean {
    return this.shared === undefined
  }

  setAttribute(key: string, value: AttributeValue): this {
    // The exchange names all three signals by it; as an attribute it is among the shared ones.
    if (key === attribute.route && typeof value === 'string') this.route = value
    else this.#open()?.setAttribute(key, value)
    return this
  }

  setAttributes(attributes: Attributes): this {
    for (const [key, value] of Object.entries(attributesOf(attributes)))
      if (value !== undefined) this.setAttribute(key, value)
    return this
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    this.#open()?.addEvent(name, attributesOrTime, time)
    return this
  }

  addLink(link: Link): this {
    this.#open()?.addLink(link)
    return this
  }

  addLinks(links: Link[]): this {
    if (Array.isArray(links)) for (const link of links) this.addLink(link)
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

  /** Leaves the span open, whatever calls it: only the exchange ends its own span. */
  end(): void {
    // The exchange calls `finish`.
  }

  /**
   * Ends the span after a duration in milliseconds of the monotonic clock, which a step of the system clock does not change.
   * A name that user code gave stays.
   */
  finish(shared: SharedSpan, durationMs: number): void {
    this.endedMs = this.startedMs + durationMs
    this.shared = shared
    if (this.#extra === undefined || !this.#extra.isNamed) this.name = shared.name
  }

  /** The target of setters; a no-op once the span has ended. */
  #open(): SpanExtra | undefined {
    if (this.shared !== undefined) return undefined
    this.#extra ??= new SpanExtra(Number(this.path !== undefined) + Number(this.userAgent !== undefined))
    return this.#extra
  }
}
