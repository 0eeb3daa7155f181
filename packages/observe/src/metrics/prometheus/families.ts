/**
 * Groups metrics by their names in Prometheus. Different instruments may give the same name, which would make the whole of
 * /metrics invalid: the first keeps it, the others are left out and reported.
 */
import { SCOPE } from '../../conventions/names.ts'
import {
  exposedName,
  type MetricKind,
  namesOf,
  RESERVED_NAMES,
  unitSuffix,
} from '../../conventions/prometheus-names.ts'
import { DataPointType, type MetricData, type Scope, type ScopeMetrics } from '../points.ts'
import { escapeLabel } from './exposed-labels.ts'

export interface Family {
  name: string
  kind: MetricKind
  help: string
  unit: string
  /** One for each scope, with the scope's labels; `label` names the instrument in warnings. */
  metrics: { data: MetricData; scope: string; label: string }[]
}

/** Two instruments that cannot both be in /metrics. */
export interface NameConflict {
  /** The instrument that is left out, such as `counter "a_b" of "http"`. */
  leftOut: string
  kept: string
  /** The name that both give. */
  name: string
}

/** What a name belongs to; the resource has no family. */
interface Holder {
  family?: Family
  label: string
}

const RESOURCE: Holder = { label: 'attributes of the resource (target_info)' }

/** Metrics of one name and kind are one family, whatever their scope. */
export function familiesOf(
  scopes: readonly ScopeMetrics[],
  onConflict: (conflict: NameConflict) => void,
): Iterable<Family> {
  const families = new Map<string, Family>()
  /** The family of each name that a line may begin with. */
  const holders = new Map<string, Holder>(RESERVED_NAMES.map((name) => [name, RESOURCE]))
  for (const { name, kind, data, scope, label } of metricsOf(scopes)) {
    const names = namesOf(name, kind)
    const holder = names.flatMap((taken) => holders.get(taken) ?? [])[0]
    if (holder === undefined) {
      const { name: own, unit, description } = data.descriptor
      const unitName = unitSuffix(unit, kind)
      const family = { name, kind, help: description || own, unit: unitName, metrics: [{ data, scope, label }] }
      families.set(name, family)
      for (const taken of names) holders.set(taken, { family, label })
    } else if (holder.family !== undefined && isAnotherScope(holder.family, { name, kind }, scope))
      holder.family.metrics.push({ data, scope, label })
    else onConflict({ leftOut: label, kept: holder.label, name })
  }
  return families.values()
}

/** Every metric that has points. */
function* metricsOf(scopes: readonly ScopeMetrics[]) {
  for (const { scope, metrics } of scopes) {
    for (const data of metrics) {
      if (data.dataPoints.length === 0) continue
      const kind = kindOf(data)
      const { name, unit } = data.descriptor
      const label = `${kind} "${name}" of "${scope.name}"`
      yield { name: exposedName(name, unit, kind), kind, data, scope: labelsOfScope(scope), label }
    }
  }
}

function isAnotherScope(family: Family, { name, kind }: { name: string; kind: MetricKind }, scope: string): boolean {
  return family.name === name && family.kind === kind && family.metrics.every((metric) => metric.scope !== scope)
}

/**
 * Every metric of another scope has its labels, whether or not a second scope has the name: the labels of a series must not
 * change when a library is added. The library's own metrics have none, which is what dashboards and alerts expect.
 */
function labelsOfScope({ name, version, schemaUrl }: Scope): string {
  if (name === SCOPE) return ''
  return [
    ['name', name],
    ['version', version],
    ['schema_url', schemaUrl],
  ]
    .flatMap(([label, value]) => (value ? [`otel_scope_${label}="${escapeLabel(value)}"`] : []))
    .join(',')
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
