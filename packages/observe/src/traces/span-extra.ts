/**
 * What few spans of exchanges have, and most others: attributes of the user's own, events, links, a status, a name. Made when
 * the first of them is set.
 */
import {
  type Attributes,
  type AttributeValue,
  type Link,
  type SpanStatus,
  SpanStatusCode,
  type TimeInput,
} from '@opentelemetry/api'
import { anyValueOf, cut, put } from '../conventions/attribute-value.ts'
import type { SpanLimits } from '../settings/span-limits.ts'
import type { SpanEvent } from './encodable-span.ts'
import { attributesOf, isTime, linkOf, nameOf, statusOf, timeOf } from './span-values.ts'

export const UNSET: SpanStatus = { code: SpanStatusCode.UNSET }

export class SpanExtra {
  readonly attributes: Attributes = {}
  readonly events: SpanEvent[] = []
  readonly links: Link[] = []
  status: SpanStatus = UNSET
  /** Whether user code gave the span its name. */
  isNamed = false
  droppedAttributes = 0
  droppedEvents = 0
  droppedLinks = 0
  readonly #limits: SpanLimits
  #attributeCount: number

  /** @param attributeCount attributes that the span has besides these */
  constructor(attributeCount: number, limits: SpanLimits) {
    this.#attributeCount = attributeCount
    this.#limits = limits
  }

  setAttribute(key: string, given: AttributeValue): void {
    if (typeof key !== 'string' || key === '') return
    const value = anyValueOf(given, this.#limits.valueLength)
    if (value === undefined) return
    if (!Object.hasOwn(this.attributes, key)) {
      if (this.#attributeCount >= this.#limits.attributes) {
        this.droppedAttributes += 1
        return
      }
      this.#attributeCount += 1
    }
    put(this.attributes, key, value)
  }

  /** @param now the present time in milliseconds since 1970 */
  addEvent(name: string, attributesOrTime: unknown, time: TimeInput | undefined, now: number): void {
    if (this.events.length >= this.#limits.events) {
      this.droppedEvents += 1
      return
    }
    const isTimeSecond = isTime(attributesOrTime)
    const at = timeOf(isTimeSecond && !isTime(time) ? attributesOrTime : time, now)
    const { eventAttributes, valueLength } = this.#limits
    const event: SpanEvent = { name: cut(nameOf(name), valueLength), time: at }
    if (!isTimeSecond) Object.assign(event, attributesOf(attributesOrTime, eventAttributes, valueLength))
    this.events.push(event)
  }

  /** A link that leads to no span counts as dropped. */
  addLink(link: Link): void {
    const { links, linkAttributes, valueLength } = this.#limits
    const valid = this.links.length < links ? linkOf(link, linkAttributes, valueLength) : undefined
    if (valid === undefined) this.droppedLinks += 1
    else this.links.push(valid)
  }

  addLinks(links: unknown): void {
    try {
      if (Array.isArray(links)) for (const link of links) this.addLink(link)
    } catch {
      // A list that throws when it is read.
    }
  }

  setStatus(given: SpanStatus): void {
    const status = statusOf(given)
    // Ok is final, and Unset changes nothing (OpenTelemetry specification, "Set Status").
    if (status === undefined || status.code === SpanStatusCode.UNSET) return
    if (this.status.code === SpanStatusCode.OK) return
    if (status.message !== undefined) status.message = cut(status.message, this.#limits.valueLength)
    this.status = status
  }
}
