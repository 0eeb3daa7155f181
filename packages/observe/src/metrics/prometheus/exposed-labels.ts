/**
 * Attributes as the labels of a series.
 */
import type { Attributes } from '@opentelemetry/api'
import { isAttributeValue } from '../../conventions/attribute-value.ts'
import { labelName } from '../../conventions/prometheus-names.ts'

/** A series keeps its attributes object for life, so its labels are written once and not at each scrape. */
const written = new WeakMap<Attributes, string>()

/** In the order of their names, so that the same labels are the same text. */
export function labelsOf(attributes: Attributes): string {
  let text = written.get(attributes)
  if (text === undefined) {
    const labels = new Map<string, string>()
    for (const key of Object.keys(attributes).sort()) {
      const value = attributes[key]
      if (!isAttributeValue(value)) continue
      const name = labelName(key)
      const earlier = labels.get(name)
      const own = Array.isArray(value) ? JSON.stringify(value) : String(value)
      // Two attributes may come to one label name; their values are then joined (compatibility specification).
      labels.set(name, earlier === undefined ? own : `${earlier};${own}`)
    }
    text = Array.from(labels, labelText).filter(Boolean).sort().join(',')
    written.set(attributes, text)
  }
  return text
}

/** Nothing where it is empty: to Prometheus that is a label which is not there. */
function labelText([name, value]: [string, string]): string {
  return value === '' ? '' : `${name}="${escapeLabel(value)}"`
}

export function escapeLabel(value: string): string {
  return value.toWellFormed().replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

/** Two lists of labels as one. */
export function joinLabels(labels: string, extra: string): string {
  if (labels === '' || extra === '') return labels + extra
  return `${labels},${extra}`
}
