/**
 * Every metric and label that a rule or a dashboard reads is one that the library describes, that Prometheus adds, or that
 * another rule makes. That a real service exposes what is described is tested beside the descriptions.
 */

import { parser } from '@prometheus-io/lezer-promql'
import { expect, test } from 'vitest'
import { exposedName, labelName } from '../../observe/src/core/exposed-names.ts'
import { metric as described } from '../../observe/src/core/instruments.ts'
import type { MetricDescription } from '../../observe/src/core/metric-description.ts'
import { resourceAttribute } from '../../observe/src/core/names.ts'
import { shop } from '../shop/options.ts'
import { createMixin } from '../src/index.ts'
import { ruleSets } from '../src/mixin.ts'
import { settingsOf } from '../src/options.ts'
import { boardsOf, filled, questionsOf } from './board.ts'

const sets = ruleSets(settingsOf(shop))
const recordings = sets.flatMap((set) => set.recordings.flatMap(({ rules }) => rules))
const rules = [...recordings, ...sets.flatMap(({ alerts }) => alerts)]

const asked = boardsOf(createMixin(shop)).flatMap((board) =>
  questionsOf(board)
    .filter(({ source }) => source === 'prometheus')
    .map(({ name, expr }) => ({ name, expr: filled(expr, board) })),
)

/** Those of Prometheus itself and of the resource, of the rules, and below those of the library. */
const metrics = new Set([
  ...['up', 'scrape_duration_seconds', 'scrape_samples_scraped', 'ALERTS', 'target_info'],
  ...recordings.map(({ record }) => record),
])
const labels = new Set([
  ...['job', 'instance', 'slo', 'le', 'alertname', 'alertstate', 'severity'],
  ...Object.values(resourceAttribute).map(labelName),
])

for (const { name, unit, kind, attributes } of Object.values<MetricDescription>(described)) {
  for (const sample of samplesOf(exposedName(name, unit, kind === 'updowncounter' ? 'gauge' : kind), kind))
    metrics.add(sample)
  for (const attribute of attributes) labels.add(labelName(attribute))
}

function samplesOf(name: string, kind: string): string[] {
  if (kind === 'histogram') return ['bucket', 'count', 'sum'].map((sample) => `${name}_${sample}`)
  return [kind === 'counter' ? `${name}_total` : name]
}

test.for(asked)('$name', ({ expr }) => expectKnown(expr))

test.for(rules)('$expr', ({ expr }) => expectKnown(expr))

function expectKnown(expr: string): void {
  const named = namesOf(expr)
  expect(named.metrics.filter((name) => !metrics.has(name))).toEqual([])
  expect(named.labels.filter((name) => !labels.has(name))).toEqual([])
}

/** Throws for what is no PromQL. */
function namesOf(expr: string): { metrics: string[]; labels: string[] } {
  const found = { metrics: [] as string[], labels: [] as string[] }
  parser.parse(expr).iterate({
    enter(node) {
      const text = expr.slice(node.from, node.to)
      if (node.type.isError) throw new SyntaxError(`"${expr}" is no PromQL at ${node.from}`)
      if (node.name === 'Identifier') found.metrics.push(text)
      if (node.name === 'LabelName') found.labels.push(text)
    },
  })
  return found
}
