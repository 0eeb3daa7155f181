/**
 * The description of a metric, and the origin of its name.
 */

export interface MetricDescription {
  readonly name: string
  /** As OpenTelemetry has it; Prometheus knows an `updowncounter` as a gauge. */
  readonly kind: 'histogram' | 'counter' | 'updowncounter' | 'gauge'
  /** UCUM. */
  readonly unit: string
  /** One sentence; the HELP line of /metrics. */
  readonly description: string
  readonly attributes: readonly string[]
  readonly convention: Convention
}

/** The convention that defines a name, and its stability; `own` is this library. */
export type Convention = { stability: 'stable' | 'development'; source: string } | { stability: 'own' }

/** Base URL of OpenTelemetry's semantic conventions. */
export const SEMCONV = 'https://opentelemetry.io/docs/specs/semconv'

/** A name that no convention has. */
export const OWN: Convention = { stability: 'own' }
