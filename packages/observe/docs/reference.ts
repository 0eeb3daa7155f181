/**
 * Writes the reference of every metric, attribute and log field from the names that the library itself records by.
 */

import { metric } from '../src/conventions/instruments.ts'
import type { Convention, MetricDescription } from '../src/conventions/metric-description.ts'
import {
  attributeMeanings,
  logFieldMeanings,
  type Meaning,
  resourceMeanings,
} from '../src/conventions/name-meanings.ts'
import {
  attribute,
  DB_BUCKETS,
  GC_BUCKETS,
  HTTP_BUCKETS,
  logField,
  resourceAttribute,
} from '../src/conventions/names.ts'
import { exposedName } from '../src/conventions/prometheus-names.ts'

const PROMETHEUS_KINDS = { histogram: 'histogram', counter: 'counter', updowncounter: 'gauge', gauge: 'gauge' } as const

/** The whole page. */
export function reference(): string {
  return `<!-- Written by \`pnpm run generate\` from src/conventions/instruments.ts, names.ts and name-meanings.ts. Do not edit. -->

# Reference

Every name that \`@lab/observe\` writes. *Stable* and *development* say how firmly OpenTelemetry's semantic conventions
(version 1.45) name it; *own* is a name of this library. What is own or stable changes with a major version only.

## Metrics

By OTLP metrics go under the first name, in \`/metrics\` they stand under the second, where a histogram has \`_bucket\`, \`_sum\` and
\`_count\` besides. A label is the attribute's name with \`_\` for each dot.

| metric | in /metrics | kind | unit | meaning | attributes | name |
| --- | --- | --- | --- | --- | --- | --- |
${metricRows().join('\n')}

### Buckets

| metric | upper bounds in seconds |
| --- | --- |
| \`${metric.requestDuration.name}\` | ${HTTP_BUCKETS.join(' ')}, or the option \`metrics.buckets\` |
| \`${metric.clientDuration.name}\` | ${HTTP_BUCKETS.join(' ')} |
| \`${metric.dbDuration.name}\` | ${DB_BUCKETS.join(' ')} |
| \`${metric.gcDuration.name}\` | ${GC_BUCKETS.join(' ')} |

## Attributes of spans and metrics

${table(attribute, attributeMeanings)}

A client's or a queue's span carries what its call is known by; \`obs.span(name, { attributes })\` adds your own.

## Attributes of the resource

They stand once on each batch of OTLP, and as labels of \`target_info\` in \`/metrics\`. What \`OTEL_RESOURCE_ATTRIBUTES\`
names is added.

${table(resourceAttribute, resourceMeanings)}

## Log fields

| field | meaning |
| --- | --- |
${entries(logField)
  .map(([key, name]) => `| \`${name}\` | ${logFieldMeanings[key]} |`)
  .join('\n')}

What you log is next to them. By OTLP, \`msg\` is the record's body, \`level\` its severity, the ids are its own, \`err\` becomes
\`exception.type\`, \`exception.message\` and \`exception.stacktrace\` (what else an error has stays in \`err\`), and all other
fields are its attributes, also those that only have the name of one of these.
`
}

function metricRows(): string[] {
  return Object.values<MetricDescription>(metric).map(
    ({ name, kind, unit, description, attributes, convention }) =>
      `| \`${name}\` | \`${exposedAs({ name, unit, kind })}\` | ${kind} | \`${unit}\` | ${description} | ${attributes.map((key) => `\`${key}\``).join(', ')} | ${stability(convention)} |`,
  )
}

/** The name in /metrics. */
export function exposedAs({ name, unit, kind }: Pick<MetricDescription, 'name' | 'unit' | 'kind'>): string {
  const exposed = exposedName(name, unit, PROMETHEUS_KINDS[kind])
  return kind === 'counter' ? `${exposed}_total` : exposed
}

function stability(convention: Convention): string {
  return convention.stability === 'own' ? 'own' : `[${convention.stability}](${convention.source})`
}

function table<Key extends string>(names: Record<Key, string>, meanings: Record<Key, Meaning>): string {
  const rows = entries(names).map(
    ([key, name]) => `| \`${name}\` | ${meanings[key].meaning} | ${stability(meanings[key].convention)} |`,
  )
  return ['| attribute | meaning | name |', '| --- | --- | --- |', ...rows].join('\n')
}

function entries<Key extends string>(names: Record<Key, string>): [Key, string][] {
  return Object.entries(names) as [Key, string][]
}
