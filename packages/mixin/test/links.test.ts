/**
 * The links between Grafana's datasources lead to datasources that are there, and ask what can be asked.
 */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parser } from '@prometheus-io/lezer-promql'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

const provisioning = join(import.meta.dirname, '..', '..', '..', 'ops', 'grafana', 'provisioning')
const text = await readFile(join(provisioning, 'datasources', 'datasources.yml'), 'utf8')

test('datasources have fixed uids, and every link names one of them', () => {
  const { datasources }: { datasources: { uid: string }[] } = parse(text)
  const uids = datasources.map(({ uid }) => uid)
  expect(uids).toEqual(['prometheus', 'loki', 'jaeger'])
  const targets = Array.from(text.matchAll(/datasourceUid: (\w+)/g), ([, uid]) => uid)
  expect(targets).toHaveLength(4)
  for (const uid of targets) expect(uids).toContain(uid)
})

test('no variable of Grafana is taken for one of the environment', () => {
  const settings = text.replaceAll(/^ *#.*$/gm, '').replaceAll('$$', '')
  expect(settings).not.toContain('$')
})

test('queries of traces to metrics are PromQL', () => {
  const queries = Array.from(text.matchAll(/^ +query: (.*rate.*)$/gm), ([, query = '']) => query)
  expect(queries).toHaveLength(3)
  for (const query of queries) {
    const filled = query.replace('$$__tags', 'job="orders"').replace('$$__rate_interval', '20s')
    parser.parse(filled).iterate({ enter: ({ type }) => expect(type.isError, filled).toBe(false) })
  }
})
