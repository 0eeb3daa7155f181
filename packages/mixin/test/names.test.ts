/**
 * Every metric and label that a rule reads is one that a real service exposes, that Prometheus adds, or that another rule makes.
 */

import { once } from 'node:events'
import { createServer } from 'node:http'
import { createObserve } from '@lab/observe'
import { observeHttp } from '@lab/observe/http'
import { parser } from '@prometheus-io/lezer-promql'
import { beforeAll, expect, test } from 'vitest'
import { attribute } from '../../observe/src/core/names.ts'
import { shop } from '../shop/options.ts'
import { ruleSets } from '../src/mixin.ts'
import { settingsOf } from '../src/options.ts'

const sets = ruleSets(settingsOf(shop))
const recordings = sets.flatMap((set) => set.recordings.flatMap(({ rules }) => rules))
const rules = [...recordings, ...sets.flatMap(({ alerts }) => alerts)]

const metrics = new Set(['up', 'scrape_duration_seconds', ...recordings.map(({ record }) => record)])
const labels = new Set(['job', 'instance', 'slo', ...Object.values(attribute).map((name) => name.replaceAll('.', '_'))])

beforeAll(async () => {
  const endpoint = 'http://127.0.0.1:9'
  const obs = createObserve({ service: 'named', traces: { endpoint }, admin: false, log: { level: 'silent' } })
  // The database's histogram needs a database; its boundaries and its name are of the same kind as those of requests.
  obs.histogram('db.client.operation.duration', { unit: 's' }).record(0.1)
  const server = createServer(observeHttp(obs, (_, response) => void response.end())).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new TypeError('The server listens on no port.')
  await fetch(`http://127.0.0.1:${address.port}/`).then((response) => response.text())
  let body = ''
  // The delay of the event loop is there only when it was sampled since the last scrape.
  while (!body.includes('nodejs_eventloop_delay_p99_seconds')) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    body = (await obs.scrape()).body
  }
  for (const [, name = '', set = ''] of body.matchAll(/^(\w+)(?:\{(.*?)\})? /gm)) {
    metrics.add(name)
    for (const [, label = ''] of set.matchAll(/(\w+)="/g)) labels.add(label)
  }
  server.close()
  await obs.shutdown()
})

test.for(rules)('$expr', ({ expr }) => {
  const named = namesOf(expr)
  expect(named.metrics.filter((name) => !metrics.has(name))).toEqual([])
  expect(named.labels.filter((name) => !labels.has(name))).toEqual([])
})

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
