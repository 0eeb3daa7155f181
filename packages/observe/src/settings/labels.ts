/**
 * The option `metrics.labels`: labels of every series in /metrics.
 */
import { check } from './check.ts'

/** The data model of Prometheus; names with two underscores in front are its own, and `le` is the bound of a bucket. */
const NAME = /^(?!__|le$)[a-zA-Z_][a-zA-Z0-9_]*$/

export function checkLabels(labels: unknown): void {
  const isObject = typeof labels === 'object' && labels !== null
  check(isObject, 'metrics.labels', labels, 'an object, such as { team: "shop" }')
  for (const [name, value] of Object.entries(labels ?? {})) {
    check(NAME.test(name), 'a name in metrics.labels', name, 'a name of a label: letters, digits and _')
    check(typeof value === 'string', `metrics.labels.${name}`, value, 'text')
  }
}
