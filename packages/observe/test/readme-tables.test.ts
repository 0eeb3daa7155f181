/**
 * The README's table of lines and table of clients, its block of options, and the figures in prose, against the code, the
 * manifest and the installed versions that the tests run on.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { runInNewContext } from 'node:vm'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { frameworks } from '../frameworks/frameworks.ts'
import manifest from '../package.json' with { type: 'json' }
import { MAX_WAITING } from '../src/logs/log-stream.ts'
import { TIMEOUTS } from '../src/operations/cluster/pending-request.ts'
import { CHECK_TIMEOUT_MS } from '../src/operations/health/health.ts'
import { MAX_REQUEST_BYTES } from '../src/otlp/backlog.ts'
import { EXIT_TIMEOUT_MS } from '../src/otlp/deliveries.ts'
import { FIRST_RETRY_MS, LAST_RETRY_MS } from '../src/otlp/delivery.ts'
import { MAX_RETRY_AFTER_MS } from '../src/otlp/export-answer.ts'
import { resolveOptions } from '../src/settings/options.ts'
import type { ObserveOptions } from '../src/types.ts'
import { clientInReadme, readmeTable } from './readme-table.ts'

const require = createRequire(import.meta.url)
const readme = read('../README.md')
const operations = read('../docs/operations.md')

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}

const FIRST = createRequire(new URL('first/package.json', import.meta.url))

/** Of the package that the tests run on. */
function installed(name: string, from = require): string {
  for (const folder of from.resolve.paths(name) ?? []) {
    const path = `${folder}/${name}/package.json`
    if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')).version
  }
  throw new Error(`${name} is not installed`)
}

/** As one says it: `5.0` for 5.0.0. */
function short(version: string): string {
  return version.replace(/^(\d+\.\d+)\.0$/, '$1')
}

describe('the line of each framework', () => {
  const adapters = frameworks.flatMap(({ title, entry, line = '', first = {} }) => {
    const [, name = ''] = /\b(observe[A-Z]\w+)\(/.exec(line) ?? []
    return entry === undefined ? [] : [{ title, name, entry, packages: Object.keys(first) }]
  })

  test.each(adapters)('$title: $name from $entry', async ({ name, entry }) => {
    const exported = await import(`../src/${entry}.ts`)
    expect(exported[name]).toBeTypeOf('function')
  })

  const versioned = adapters.filter(({ title, packages }) => packages.length > 0 && /\d/.test(title))
  test.each(versioned)('$title is tested in each major version that is named', ({ title, packages }) => {
    expect(packages.map((name) => installed(name).split('.')[0])).toEqual(title.match(/\d+/g))
  })

  test('the router of Express 5, whose routes are seen without a line, is no newer than is said', () => {
    const version = installed('router', createRequire(require.resolve('express')))
    expect(readme).toContain(`its package \`router\`, since ${short(version)})`)
  })
})

describe('the table of clients', () => {
  const packages: Record<string, string> = { fetch: 'undici', redis: '@redis/client' }
  const clients = readmeTable('| client |').map(({ client = '', 'from version': from = '' }) => {
    const name = /\w+/.exec(client)?.[0] ?? ''
    return { name, from, installed: packages[name] ?? name }
  })

  test.each(clients.filter(({ from }) => from !== ''))('$name is tested on its first version', (client) => {
    expect(short(installed(client.installed, FIRST))).toBe(/[\d.]+$/.exec(client.from)?.[0])
  })

  test('FerretDB, which does not say its version, is the one that is built', () => {
    const [, version] = /FerretDB v(\d+\.\d+)/.exec(read('stack/mongodb/go.mod')) ?? []
    expect(clientInReadme('mongoose')['tested on']).toBe(`FerretDB ${version}`)
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

  test('is accepted', () => expect(() => resolveOptions(shown ?? {}, {})).not.toThrow())

  test('has every option', () => {
    expect(Object.keys(shown ?? {}).toSorted()).toEqual(membersOf('ObserveOptions'))
    for (const [group, type] of Object.entries(groups) as [keyof typeof groups, string][]) {
      expect(Object.keys(shown?.[group] || {}).toSorted(), group).toEqual(membersOf(type))
    }
  })

  test('shows the defaults where a number or a switch has one', () => {
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
  expect(readme).toContain(`first, within ${EXIT_TIMEOUT_MS / 1000} s,`)
  expect(operations.match(/within (\d+) s/g)).toEqual(
    [EXIT_TIMEOUT_MS, CHECK_TIMEOUT_MS, EXIT_TIMEOUT_MS, TIMEOUTS.points.ackMs].map((ms) => `within ${ms / 1000} s`),
  )
  const { points, readiness } = TIMEOUTS
  expect(operations).toContain(`within ${readiness.ackMs} ms`)
  expect(operations).toContain(`${points.answerMs / 1000} s after that`)
  expect(operations).toContain(`at its checks has ${readiness.answerMs / 1000} s`)
  expect(readme).toContain(`; ${MAX_WAITING / 1024 ** 2} MB of lines wait`)
  expect(operations).toContain(`joined up to ${MAX_REQUEST_BYTES / 1024} KiB`)
  expect(operations).toContain(
    `after ${FIRST_RETRY_MS / 1000} s, then twice as long each time, up to ${LAST_RETRY_MS / 1000} s, each less up to half at random; ` +
      `\`Retry-After\` is followed up to ${MAX_RETRY_AFTER_MS / 1000} s`,
  )
  const conventions = installed('@opentelemetry/semantic-conventions')
  expect(read('../docs/reference.md')).toContain(`(version ${short(conventions)})`)
})

test.each(['../README.md', '../../../README.md'])('%s names the versions of Node.js in `engines`', (path) => {
  const [, lowest, line, next] = /^\^((\d+)\.\d+)\.0 \|\| >=(\d+\.\d+)\.0$/.exec(manifest.engines.node) ?? []
  expect(read(path)).toContain(`Node.js ${lowest} or a later ${line}, or ${next} or later`)
})

/** Names in an interface of `src/types.ts`. */
function membersOf(name: string): string[] {
  const source = ts.createSourceFile('types.ts', read('../src/types.ts'), ts.ScriptTarget.Latest)
  const found = source.statements.filter(ts.isInterfaceDeclaration).find((each) => each.name.text === name)
  return (found?.members ?? []).map((member) => member.name?.getText(source) ?? '').toSorted()
}
