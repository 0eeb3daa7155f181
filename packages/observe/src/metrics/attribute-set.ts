/**
 * The attributes of a series: a copy that later changes by the caller do not reach, and the key by which the series is found.
 * Attributes come from JavaScript and may be of any type; what is not an attribute is left out.
 */
import type { Attributes, AttributeValue } from '@opentelemetry/api'
import { isAttributeValue } from '../conventions/attribute-value.ts'

/**
 * Equal for equal attributes in any order; a value and its text (1 and "1") differ, as they do in OTLP. Every part has its
 * length before it, so that no text of a caller can look like two parts. May throw where a getter of the caller throws.
 */
export function keyOf(attributes: Attributes): string {
  if (!isRecord(attributes)) return ''
  const names = Object.keys(attributes)
  if (names.length > 1) names.sort()
  let key = ''
  for (const name of names) {
    const value = attributes[name]
    if (typeof value === 'string') key += `${name.length}:${name}s${value.length}:${value}`
    else if (isAttributeValue(value)) key += `${name.length}:${name}${partOf(value)}`
  }
  return key
}

/** A copy with valid attributes only, all text well-formed; empty where reading them throws. */
export function ownAttributes(attributes: Attributes | undefined): Attributes {
  try {
    if (!isRecord(attributes)) return {}
    const entries = Object.keys(attributes).flatMap((name) => {
      const value = attributes[name]
      return isAttributeValue(value) ? [[name.toWellFormed(), ownValue(value)] as const] : []
    })
    return Object.fromEntries(entries)
  } catch {
    return {}
  }
}

function isRecord(attributes: unknown): attributes is Attributes {
  return typeof attributes === 'object' && attributes !== null && !Array.isArray(attributes)
}

function ownValue(value: AttributeValue): AttributeValue {
  if (typeof value === 'string') return value.toWellFormed()
  // An array has values of one type; TypeScript cannot know that `map` keeps it.
  return Array.isArray(value) ? Object.assign([], value.map(wellFormed)) : value
}

function wellFormed<T>(item: T): T | string {
  return typeof item === 'string' ? item.toWellFormed() : item
}

/** The first character is the type. */
function partOf(value: unknown): string {
  if (Array.isArray(value)) return `a${value.length}:${value.map(partOf).join('')}`
  const text = String(value)
  return `${(typeof value)[0]}${text.length}:${text}`
}
