/**
 * Metrics by the names that Prometheus knows them by. Instruments of different names may come to one, which would make the
 * whole of /metrics invalid: the first one keeps it, the others are left out, and that is told.
 */

import { exposedName, type MetricKind, namesOf, unitSuffix } from '../../conventions/prometheus-names.ts'
import { DataPointType, type MetricData, type ScopeMetrics } from '../points.ts'
import { escapeLabel } from './exposed-labels.ts'

export interface Family {
  name: string
  kind: MetricKind
  help: string
  unit: string
  /** One for each scope, told apart by the scope's labels; `said` is how an operator is told of it. */
  metrics: { data: MetricData; scope: string; said: string }[]
}

/** Two instruments that cannot both be in /metrics. */
export interface Clash {
  /** The one that is not there, such as `counter "a_b" of "http"`. */
  leftOut: string
  kept: string
  /** The name that both would have. */
  name: string
}

type Scope = ScopeMetrics['scope']

/** Metrics of one name and kind belong together, whichever scope they come from. */
export function familiesOf(scopes: readonly ScopeMetrics[], onClash: (clash: Clash) => void): Iterable<Family> {
  const families = new Map<string, Family>()
  /** What has each name that a line may begin with. */
  const holders = new Map<string, { family: Family; said: string }>()
  for (const { name, kind, data, scope, said } of metricsOf(scopes)) {
    const names = namesOf(name, kind)
    const holder = names.flatMap((taken) => holders.get(taken) ?? [])[0]
    if (holder === undefined) {
      const { name: own, unit, description } = data.descriptor
      const unitName = unitSuffix(unit, kind)
      const family = { name, kind, help: description || own, unit: unitName, metrics: [{ data, scope, said }] }
      families.set(name, family)
      for (const taken of names) holders.set(taken, { family, said })
    } else if (isAnotherScope(holder.family, { name, kind }, scope)) holder.family.metrics.push({ data, scope, said })
    else onClash({ leftOut: said, kept: holder.said, name })
  }
  return families.values()
}

/** Those that have something to show. */
function* metricsOf(scopes: readonly ScopeMetrics[]) {
  for (const { scope, metrics } of scopes) {
    for (const data of metrics) {
      if (data.dataPoints.length === 0) continue
      const kind = kindOf(data)
      const { name, unit } = data.descriptor
      const said = `${kind} "${name}" of "${scope.name}"`
      yield { name: exposedName(name, unit, kind), kind, data, scope: labelsOfScope(scope), said }
    }
  }
}

function isAnotherScope(family: Family, { name, kind }: { name: string; kind: MetricKind }, scope: string): boolean {
  return family.name === name && family.kind === kind && family.metrics.every((metric) => metric.scope !== scope)
}

/** Two scopes under one name would be duplicate series without a label to tell them apart. */
function labelsOfScope({ name, version }: Scope): string {
  const labels = `otel_scope_name="${escapeLabel(name)}"`
  return version === undefined || version === '' ? labels : `${labels},otel_scope_version="${escapeLabel(version)}"`
}

function kindOf(data: MetricData): MetricKind {
  switch (data.dataPointType) {
    case DataPointType.SUM:
      return data.isMonotonic ? 'counter' : 'gauge'
    case DataPointType.GAUGE:
      return 'gauge'
    case DataPointType.HISTOGRAM:
      return 'histogram'
  }
}
