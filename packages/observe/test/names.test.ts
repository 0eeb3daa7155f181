/**
 * The names against the semantic conventions and against what a real service exposes.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as stable from '@opentelemetry/semantic-conventions'
import * as all from '@opentelemetry/semantic-conventions/incubating'
import { describe, expect, test } from 'vitest'
import { exposedAs } from '../docs/reference.ts'
import { metric } from '../src/conventions/instruments.ts'
import type { Convention, MetricDescription } from '../src/conventions/metric-description.ts'
import { attributeMeanings, type Meaning, resourceMeanings } from '../src/conventions/name-meanings.ts'
import { attribute, resourceAttribute } from '../src/conventions/names.ts'
import { labelName } from '../src/conventions/prometheus-names.ts'
import { observeHttp } from '../src/http.ts'
import { createTestObserve } from '../src/testing.ts'
import { parseMetrics } from './strict-metrics.ts'

const stableNames = current(stable)
const allNames = current(all)
const metrics = Object.values<MetricDescription>(metric)

/** Named by the SDK's specification, which the package of the conventions does not have. */
const SPECIFIED = new Set<string>([attribute.overflow])

function stabilityOf(name: string): Convention['stability'] {
  if (stableNames.has(name) || SPECIFIED.has(name)) return 'stable'
  return allNames.has(name) ? 'development' : 'own'
}

describe('the stability that is claimed is the one of the semantic conventions', () => {
  test.each(metrics)('$name', ({ name, convention }) => expect(convention.stability).toBe(stabilityOf(name)))

  const meant = [...namesIn(attribute, attributeMeanings), ...namesIn(resourceAttribute, resourceMeanings)]
  test.each(meant)('$name', ({ name, convention }) => expect(convention.stability).toBe(stabilityOf(name)))
})

test('a service exposes the metrics that are described, with the attributes that are described', async () => {
  const obs = createTestObserve({ listen: true })
  const server = createServer(observeHttp(obs, (_, response) => response.end('hello'), { route: () => '/hello' }))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  await (await fetch(`http://127.0.0.1:${port}/hello`)).text()
  await obs.until(() => obs.spans.length === 2)
  const described = new Map(metrics.map((each) => [exposedAs(each), each.attributes.map(labelName)]))
  const families = parseMetrics((await obs.scrape()).body, 'text')
  families.delete('target_info')
  for (const [name, { samples }] of families) {
    expect(described.get(name), `${name} is described`).toBeDefined()
    const labels = samples.flatMap((sample) => Object.keys(sample.labels)).filter((label) => label !== 'le')
    expect(described.get(name), `the attributes of ${name}`).toEqual(expect.arrayContaining(labels))
  }
  expect([...families.keys()]).toEqual(
    expect.arrayContaining(['http_server_request_duration_seconds', 'http_client_request_duration_seconds']),
  )
  server.close()
  await obs.shutdown()
})

function namesIn<Key extends string>(names: Record<Key, string>, meanings: Record<Key, Meaning>) {
  return (Object.keys(names) as Key[]).map((key) => ({ name: names[key], convention: meanings[key].convention }))
}

/** Without the constants of conventions that are no more, which the package keeps under other prefixes. */
function current(constants: Record<string, unknown>): Set<unknown> {
  return new Set(Object.entries(constants).flatMap(([key, name]) => (/^(?:ATTR|METRIC)_/.test(key) ? [name] : [])))
}
