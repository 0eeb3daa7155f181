/**
 * What few spans of exchanges have: attributes of the user's own, events, links, a status, a name. Made when the first of
 * them is set.
 */
import {
  type Attributes,
  type AttributeValue,
  type Link,
  type SpanStatus,
  SpanStatusCode,
  type TimeInput,
} from '@opentelemetry/api'
import { isAttributeValue } from '../conventions/attribute-value.ts'
import type { EncodableSpan } from './encodable-span.ts'
import { attributesOf, isTime, linkOf, nameOf, statusOf, timeOf } from './span-values.ts'

/** OpenTelemetry's default limits (SDK specification, "Span limits"). */
const MAX_ATTRIBUTES = 128
const MAX_EVENTS = 128
const MAX_LINKS = 128

export const UNSET: SpanStatus = { code: SpanStatusCode.UNSET }

export class SpanExtra {
  readonly attributes: Attributes = {}
  readonly events: EncodableSpan['events'] = []
  readonly links: Link[] = []
  status: SpanStatus = UNSET
  /** Whether user code gave the span its name. */
  isNamed = false
  droppedAttributes = 0
  droppedEvents = 0
  droppedLinks = 0
  #attributeCount: number

  /** @param attributeCount attributes that the span has besides these */
  constructor(attributeCount: number) {
    this.#attributeCount = attributeCount
  }

  setAttribute(key: string, value: AttributeValue): void {
    if (typeof key !== 'string' || key === '' || !isAttributeValue(value)) return
    if (this.attributes[key] === undefined) {
      if (this.#attributeCount >= MAX_ATTRIBUTES) {
        this.droppedAttributes += 1
        return
      }
      this.#attributeCount += 1
    }
    this.attributes[key] = value
  }

  addEvent(name: string, attributesOrTime: Attributes | TimeInput | undefined, time: TimeInput | undefined): void {
    if (this.events.length >= MAX_EVENTS) {
      this.droppedEvents += 1
      return
    }
    const isTimeSecond = isTime(attributesOrTime)
    const at = timeOf(isTimeSecond ? attributesOrTime : time)
    const attributes = isTimeSecond || !attributesOrTime ? {} : { attributes: attributesOf(attributesOrTime) }
    this.events.push({ name: nameOf(name), time: at, ...attributes })
  }

  /** A link that leads to no span counts as dropped. */
  addLink(link: Link): void {
    const valid = this.links.length < MAX_LINKS ? linkOf(link) : undefined
    if (valid === undefined) this.droppedLinks += 1
    else this.links.push(valid)
  }

  setStatus(given: SpanStatus): void {
    const status = statusOf(given)
    // Ok is final, and Unset changes nothing (OpenTelemetry specification, "Set Status").
    if (status === undefined || status.code === SpanStatusCode.UNSET) return
    if (this.status.code !== SpanStatusCode.OK) this.status = status
  }
}
