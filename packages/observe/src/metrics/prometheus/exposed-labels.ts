/**
 * Attributes as the labels of a series.
 */
import type { Attributes } from '@opentelemetry/api'
import { isAttributeValue } from '../../conventions/attribute-value.ts'
import { labelName } from '../../conventions/prometheus-names.ts'

/** A series keeps its attributes object, so its labels are written once and not at each scrape. */
const written = new WeakMap<Attributes, string>()

/** Sorted by name, so that equal labels are equal text. */
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
      // Two attributes may give one label name; their values are then joined (compatibility specification).
      labels.set(name, earlier === undefined ? own : `${earlier};${own}`)
    }
    text = Array.from(labels, labelText).filter(Boolean).sort().join(',')
    written.set(attributes, text)
  }
  return text
}

/** Empty for an empty value: Prometheus treats such a label as absent. */
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

/** Labels that each series has, unless it has one of that name itself. */
export class DefaultLabels {
  readonly #labels: { start: string; text: string }[]

  constructor(labels: Readonly<Record<string, string>>) {
    this.#labels = Object.entries(labels).map(([name, value]) => ({
      start: `${name}="`,
      text: labelText([name, value]),
    }))
  }

  /** @param labels those of a series, as text: a quote within a value is escaped, so that no value looks like a label */
  addTo(labels: string): string {
    let all = labels
    for (const { start, text } of this.#labels) {
      if (!labels.startsWith(start) && !labels.includes(`,${start}`)) all = joinLabels(all, text)
    }
    return all
  }
}
