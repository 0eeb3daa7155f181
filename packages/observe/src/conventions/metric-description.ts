/**
 * What is told of a metric, and where its name comes from.
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

/** Who says that a name is called so, and how firmly; `own` is this library. */
export type Convention = { stability: 'stable' | 'development'; source: string } | { stability: 'own' }

/** Begins every address in OpenTelemetry's semantic conventions. */
export const SEMCONV = 'https://opentelemetry.io/docs/specs/semconv'

/** What no convention names. */
export const OWN: Convention = { stability: 'own' }
