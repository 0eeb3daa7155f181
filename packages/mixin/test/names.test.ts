/**
 * Every metric and label that a rule or a dashboard reads is one that the library describes, that Prometheus adds, or that
 * another rule makes. That a real service exposes what is described is tested next to the descriptions.
 */

import { parser as logql } from '@grafana/lezer-logql'
import { parser } from '@prometheus-io/lezer-promql'
import { expect, test } from 'vitest'
import { metric as described } from '../../observe/src/conventions/instruments.ts'
import type { MetricDescription } from '../../observe/src/conventions/metric-description.ts'
import { HTTP_BUCKETS, logField, resourceAttribute } from '../../observe/src/conventions/names.ts'
import { exposedName, labelName } from '../../observe/src/conventions/prometheus-names.ts'
import { shop } from '../shop/options.ts'
import { createMixin } from '../src/index.ts'
import { ruleSets } from '../src/mixin.ts'
import { defaultBoundaries } from '../src/names.ts'
import { settingsOf } from '../src/options.ts'
import { boardsOf, filled, questionsOf } from './board.ts'

const sets = ruleSets(settingsOf(shop))
const recordings = sets.flatMap((set) => set.recordings.flatMap(({ rules }) => rules))
const rules = [...recordings, ...sets.flatMap(({ alerts }) => alerts)]

const queried = boardsOf(createMixin(shop)).flatMap((board) =>
  questionsOf(board).map(({ name, expr, source }) => ({ name, source, expr: filled(expr, board) })),
)
const ofPrometheus = queried.filter(({ source }) => source === 'prometheus')
const ofLoki = queried.filter(({ source }) => source === 'loki')

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

/** Those of Loki itself, of an error as OpenTelemetry has it, and of the library, with dots as Loki writes them. */
const logLabels = new Set([
  'service_name',
  'detected_level',
  'exception_type',
  'exception_message',
  ...Object.values(logField),
])

test.for(ofPrometheus)('$name', ({ expr }) => expectKnown(expr))

test.for(ofLoki)('$name', ({ expr }) => {
  const found: string[] = []
  logql.parse(expr).iterate({
    enter(node) {
      if (node.name === 'Identifier') found.push(expr.slice(node.from, node.to))
    },
  })
  const inTemplates = Array.from(expr.matchAll(/ \.(\w+)/g), ([, name = '']) => name)
  expect(found.length).toBeGreaterThan(0)
  expect([...found, ...inTemplates].filter((name) => !logLabels.has(name))).toEqual([])
})

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

test('the boundaries of a latency are those of the library', () => {
  expect(defaultBoundaries).toEqual(HTTP_BUCKETS)
})
