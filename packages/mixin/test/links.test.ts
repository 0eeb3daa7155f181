/**
 * What Grafana is provisioned with: links between datasources lead to ones that are there and ask what can be asked, and
 * dashboards are looked for where they are.
 */

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parser as logql } from '@grafana/lezer-logql'
import { parser as promql } from '@prometheus-io/lezer-promql'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

const ops = join(import.meta.dirname, '..', '..', '..', 'ops')
const provisioning = join(ops, 'grafana', 'provisioning')
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

test('queries of traces to metrics are PromQL, of a span with a route and of one without', () => {
  const queries = Array.from(text.matchAll(/^ +query: '(.*rate.*)'$/gm), ([, query = '']) => query)
  expect(queries).toHaveLength(3)
  for (const tags of ['http_route="/orders"', '']) {
    for (const query of queries) {
      const filled = query
        .replace('$$__tags', tags)
        .replace('$$__rate_interval', '20s')
        .replaceAll(/\$\$\{.*?\}/g, 'filled')
      promql.parse(filled).iterate({ enter: ({ type }) => expect(type.isError, filled).toBe(false) })
    }
  }
})

test('the query of traces to logs is LogQL', () => {
  const [, query = ''] = /^ +query: '(.*trace_id.*)'$/m.exec(text) ?? []
  const filled = query.replaceAll(/\$\$\{.*?\}/g, 'filled')
  expect(filled).toContain('trace_id="filled"')
  logql.parse(filled).iterate({ enter: ({ type }) => expect(type.isError, filled).toBe(false) })
})

test('dashboards and the home dashboard are where Compose mounts them', async () => {
  const { providers }: { providers: { options: { path: string } }[] } = parse(
    await readFile(join(provisioning, 'dashboards', 'dashboards.yml'), 'utf8'),
  )
  const [path] = providers.map(({ options }) => options.path)
  const compose = await readFile(join(ops, 'compose.yaml'), 'utf8')
  expect(compose).toContain(`./grafana/dashboards:${path}:ro`)
  const settings = await readFile(join(ops, 'grafana', 'grafana.ini'), 'utf8')
  expect(settings).toContain(`default_home_dashboard_path = ${path}/home.json`)
  expect(await readdir(join(ops, 'grafana', 'dashboards'))).toContain('home.json')
})
