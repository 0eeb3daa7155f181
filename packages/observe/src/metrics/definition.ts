/**
 * What an instrument of OpenTelemetry's API is created from: name, unit, description and bounds, checked. They come from
 * JavaScript and may be of any type; a getter of the caller may throw.
 */
import { diag, ValueType } from '@opentelemetry/api'
import { DEFAULT_BOUNDS } from './default-bounds.ts'
import type { Descriptor, Scope } from './points.ts'

export interface Definition {
  descriptor: Descriptor
  /** Upper bounds of a histogram. */
  bounds: number[]
}

export function definitionOf(name: unknown, options: unknown): Definition {
  const valueType = fieldOf(options, 'valueType') === ValueType.INT ? ValueType.INT : ValueType.DOUBLE
  const descriptor = {
    name: textOrEmpty(name),
    description: textOrEmpty(fieldOf(options, 'description')),
    unit: textOrEmpty(fieldOf(options, 'unit')),
    valueType,
  }
  if (descriptor.name === '') diag.warn('an instrument has no name; pass one to the method that creates it')
  return { descriptor, bounds: boundsOf(fieldOf(fieldOf(options, 'advice'), 'explicitBucketBoundaries')) }
}

export function scopeOf(name: unknown, version: unknown, options: unknown): Scope {
  const scope: Scope = { name: textOrEmpty(name) }
  const [versionText, schemaUrl] = [textOrEmpty(version), textOrEmpty(fieldOf(options, 'schemaUrl'))]
  if (versionText !== '') scope.version = versionText
  if (schemaUrl !== '') scope.schemaUrl = schemaUrl
  return scope
}

/** A histogram takes no negative values, and OpenMetrics forbids its sum with a negative bound. */
function boundsOf(advised: unknown): number[] {
  if (!Array.isArray(advised)) return DEFAULT_BOUNDS
  const valid = advised.filter((bound) => Number.isFinite(bound) && bound >= 0)
  return Array.from(new Set(valid)).sort((one, other) => one - other)
}

function fieldOf(options: unknown, name: string): unknown {
  try {
    return typeof options === 'object' && options !== null ? Reflect.get(options, name) : undefined
  } catch {
    return undefined
  }
}

/** Numbers and the like as text; empty for what has no obvious text. */
function textOrEmpty(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : ''
}
