/**
 * Dashboards hold together: nothing overlaps, every variable and every dashboard that is named is there, every panel says what
 * it shows, and every query is one.
 */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parser as logql } from '@grafana/lezer-logql'
import { parser as promql } from '@prometheus-io/lezer-promql'
import { describe, expect, test } from 'vitest'
import { shopFiles } from '../shop/files.ts'
import { createMixin } from '../src/index.ts'
import { type BoardPanel, boardsOf, filled, questionsOf } from './board.ts'
import { hasPromtool, promtool } from './promtool.ts'

const files = shopFiles()
const boards = boardsOf(files)
const uids = boards.map(({ uid }) => uid)

test('each but that of the shop has a row in the README, and a uid that no other has', async () => {
  const readme = await readFile(join(import.meta.dirname, '..', 'README.md'), 'utf8')
  const titles = boards.map(({ title }) => title).filter((title) => title !== 'Business')
  expect(titles.length).toBeGreaterThan(5)
  expect(titles.filter((title) => !readme.includes(`\n| *${title}* |`))).toEqual([])
  expect(new Set(uids).size).toBe(boards.length)
})

describe.each(boards)('$title', (board) => {
  const panels = board.panels.filter(({ type }) => type !== 'row')

  test('is a classic dashboard of the current schema, found by its tag', () => {
    expect(board.schemaVersion).toBe(42)
    expect(board.uid).toMatch(/^shop-[a-z]+$/)
    expect(board.tags).toEqual(board.title === 'Home' ? [] : ['shop'])
  })

  test('panels have numbers of their own and do not overlap', () => {
    const ids = board.panels.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [index, panel] of board.panels.entries()) {
      const { x, w } = panel.gridPos
      expect(x + w, panel.title).toBeLessThanOrEqual(24)
      const over = board.panels.slice(index + 1).filter((other) => overlap(panel, other))
      expect(
        over.map(({ title }) => title),
        `over ${panel.title}`,
      ).toEqual([])
    }
  })

  test.for(panels)('$title asks something, says what it shows, and has a unit', (panel) => {
    expect(panel.title).not.toBe('')
    if (['text', 'dashlist'].includes(panel.type)) return
    expect(panel.description).toMatch(/^[A-Z0-9].*\.$/)
    expect(panel.targets?.length).toBeGreaterThan(0)
    expect(panel.targets?.map(({ refId }) => refId)).toEqual(
      ['A', 'B', 'C', 'D', 'E', 'F'].slice(0, panel.targets?.length),
    )
    if (['timeseries', 'stat', 'bargauge'].includes(panel.type)) expect(panel.fieldConfig?.defaults.unit).toBeTruthy()
  })

  test('datasources are variables that are there', () => {
    const refs: { type: string; uid: string }[] = []
    JSON.parse(JSON.stringify(board), (key, value) => {
      if (key === 'datasource') refs.push(value)
      return value
    })
    expect(refs.length).toBeGreaterThan(0)
    for (const { type, uid } of refs) {
      const [, name] = /^\$\{(\w+)\}$/.exec(uid) ?? []
      expect(board.templating.list, uid).toContainEqual(
        expect.objectContaining({ name, type: 'datasource', query: type }),
      )
    }
  })

  test('every variable is there, and each is used', () => {
    // What is filled in by Grafana begins with two underscores.
    const text = JSON.stringify(board)
    const named = Array.from(text.matchAll(/\$\{?([a-z]\w*)/g), ([, name]) => name)
    const defined = board.templating.list.map(({ name }) => name)
    expect([...new Set(named)].toSorted()).toEqual(defined.toSorted())
  })

  test('links and marks are in sight, not in a menu', () => {
    expect(board.links.length).toBeGreaterThan(0)
    expect(JSON.stringify(board)).not.toContain('inControlsMenu')
  })

  test('links lead to dashboards that are there, and set variables that these have', () => {
    const urls = Array.from(
      JSON.stringify(board).matchAll(/"(\/d\/[^"]+)"/g),
      ([, url = '']) => new URL(url, 'http://grafana'),
    )
    for (const { pathname, searchParams, search } of urls) {
      const target = boards.find(({ uid }) => pathname === `/d/${uid}`)
      expect(uids).toContain(pathname.slice('/d/'.length))
      expect(search).toMatch(/[?&]\$\{__url_time_range\}$/)
      const set = [...searchParams.keys()]
        .filter((name) => name.startsWith('var-'))
        .map((name) => name.slice('var-'.length))
      expect(target?.templating.list.map(({ name }) => name)).toEqual(expect.arrayContaining(set))
    }
  })

  test.for(questionsOf(board))('$name is a query', ({ expr, source }) => {
    const text = filled(expr, board)
    if (source === 'jaeger') return expect(text).toMatch(/^[\w.-]+$/)
    const tree = (source === 'loki' ? logql : promql).parse(text)
    tree.iterate({ enter: ({ type, from }) => expect(type.isError, `${text} at ${from}`).toBe(false) })
  })

  test('rates are over an interval that follows the scrapes and the width of the panel', () => {
    for (const { name, expr } of questionsOf(board)) {
      for (const [, window] of expr.matchAll(/\b(?:rate|increase)\([^[]*\[(.*?)\]/g)) {
        expect(['$__rate_interval', '$__range', '5m'], name).toContain(window)
      }
    }
  })
})

describe.runIf(hasPromtool)('promtool', () => {
  test('accepts every query, of its arguments and types, too', async () => {
    const queried = boards.flatMap((board) =>
      questionsOf(board)
        .filter(({ source }) => source === 'prometheus')
        .map(({ expr }, index) => ({
          record: `asked:${board.uid.replace('-', '_')}:${index}`,
          expr: filled(expr, board),
        })),
    )
    const folder = await mkdtemp(join(tmpdir(), 'asked-'))
    await writeFile(join(folder, 'asked.yml'), JSON.stringify({ groups: [{ name: 'asked', rules: queried }] }))
    expect(await promtool(folder, 'check', 'rules', 'asked.yml')).toContain(`${queried.length} rules found`)
    await rm(folder, { recursive: true })
  })
})

test('explore links are JSON once they are filled in', () => {
  const urls = Array.from(JSON.stringify(boards).matchAll(/panes=([^")]*?)[")]/g), ([, panes = '']) => panes)
  expect(urls.length).toBeGreaterThan(0)
  for (const url of urls) {
    const panes = JSON.parse(decodeURIComponent(url.replaceAll(/\$\{.*?\}/g, 'filled')))
    expect(panes).toEqual({
      first: { datasource: 'filled', queries: [expect.anything()], range: { from: 'filled', to: 'filled' } },
    })
  }
})

test('names, selectors, objectives and links are those of the options', () => {
  const [, overview, service] = boardsOf(
    createMixin({
      services: ['cart'],
      name: 'team-a',
      selector: 'cluster="eu"',
      logSelector: 'cluster="eu"',
      links: [{ title: 'Cart', url: 'https://cart.example/' }],
      budgetWindow: '7d',
      burnRates: [{ severity: 'page', factor: 10, short: '1m', long: '10m' }],
    }),
  )
  if (!overview || !service) throw new Error('There are too few dashboards.')
  expect([overview.uid, overview.tags]).toEqual(['team-a-overview', ['team-a']])
  expect(overview.links.at(-1)).toMatchObject({ title: 'Cart', url: 'https://cart.example/' })
  for (const { expr, source, name } of [...questionsOf(overview), ...questionsOf(service)]) {
    // What rules make has no other labels than those that they name.
    const made = /^[^{]*\b(job_slo:|ALERTS\{)/.test(expr)
    if (source !== 'jaeger' && !made) expect(expr, name).toContain('cluster="eu"')
  }
  const text = JSON.stringify(overview)
  expect(text).toContain('job_slo:http_server_errors:ratio_rate10m{job=\\"cart\\"')
  expect(text).toContain('what may fail in 7d')
})

function overlap({ gridPos: one }: BoardPanel, { gridPos: other }: BoardPanel): boolean {
  const beside = one.x + one.w <= other.x || other.x + other.w <= one.x
  const above = one.y + one.h <= other.y || other.y + other.h <= one.y
  return !beside && !above
}
