/**
 * What few spans of exchanges have: attributes of the user's own, events, links, a status, a name. Made when the first of
 * them is set.
 */
import {
  type Attributes,
  type AttributeValue,
  type HrTime,
  type Link,
  type SpanStatus,
  SpanStatusCode,
  type TimeInput,
} from '@opentelemetry/api'
import { isAttributeValue } from '../conventions/attribute-value.ts'
import { epochMs, hrTime, monotonicMs } from '../time/clock.ts'
import type { EncodableSpan } from './encodable-span.ts'

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
    if (!isAttribute(key, value)) return
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
    const attributes = isTime(attributesOrTime) ? undefined : attributesOrTime
    const at = isTime(attributesOrTime) ? attributesOrTime : time
    this.events.push({ name, time: timeOf(at), ...(attributes === undefined ? {} : { attributes: valid(attributes) }) })
  }

  addLink(link: Link): void {
    if (this.links.length < MAX_LINKS) this.links.push(link)
    else this.droppedLinks += 1
  }

  setStatus(status: SpanStatus): void {
    // Ok is final, and Unset changes nothing (OpenTelemetry specification, "Set Status").
    if (status.code === SpanStatusCode.UNSET || this.status.code === SpanStatusCode.OK) return
    this.status = status.code === SpanStatusCode.ERROR ? status : { code: status.code }
  }
}

function timeOf(time: TimeInput | undefined): HrTime {
  if (time === undefined) return hrTime(epochMs(monotonicMs()))
  if (Array.isArray(time)) return time
  if (time instanceof Date) return hrTime(time.getTime())
  // A number below the process's own age is a reading of performance.now().
  return hrTime(time <= monotonicMs() ? epochMs(time) : time)
}

function isTime(value: Attributes | TimeInput | undefined): value is TimeInput {
  return typeof value === 'number' || value instanceof Date || (Array.isArray(value) && value.length === 2)
}

function isAttribute(key: string, value: unknown): value is AttributeValue {
  return key !== '' && isAttributeValue(value)
}

function valid(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([key, value]) => isAttribute(key, value)))
}
