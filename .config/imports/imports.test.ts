/**
 * Proves the rules of our own, of imports and of dialect: each of them is broken in a scratch file and must turn red there, and what it is meant to allow
 * must stay green. Without this a typo in a pattern would silently switch a rule off.
 */

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

interface Rule {
  file: string
  red: string[]
  green: string[]
}

const rules: Record<string, Rule> = {
  'an adapter knows no signal and loads without its framework': {
    file: 'packages/observe/src/koa.ts',
    red: [
      "import { trace } from '@opentelemetry/api'",
      "import type { Span } from '@opentelemetry/api'",
      "import { pino } from 'pino'",
      "import { names } from './conventions/names.ts'",
      "import { observeHono } from './hono.ts'",
      "import { publish } from './clients/fetch.ts'",
      "import Koa from 'koa'",
      "import { type Context } from 'koa'",
      "export * from './index.ts'",
    ],
    green: [
      "import { beginExchange } from './server/exchange.ts'",
      "import { exchangeOf } from './server/inbound.ts'",
      "import { observeExpressChannel } from './server/routes/express.ts'",
      "import type { Observe } from './types.ts'",
      "import type { Context } from 'koa'",
      "import { routePath } from 'hono/route'",
      "import { STATUS_CODES } from 'node:http'",
    ],
  },
  'the pg adapter may reach its own publisher': {
    file: 'packages/observe/src/pg.ts',
    red: ["import { metrics } from './metrics/metrics.ts'", "import { Pool } from 'pg'"],
    green: ["import { observeQueries } from './clients/pg.ts'", "import type { Pool } from 'pg'"],
  },
  'the nest adapter stands on its platforms, and marks an exception filter': {
    file: 'packages/observe/src/nest.ts',
    red: ["import { observeKoa } from './koa.ts'", "import { NestFactory } from '@nestjs/core'"],
    green: ["import { observeExpress } from './express.ts'", "import { Catch } from '@nestjs/common'"],
  },
  'the options alone read the environment': {
    file: 'packages/observe/src/logs/logs.ts',
    red: ['export const level = process.env.LOG_LEVEL', "import { env } from 'node:process'"],
    green: ["import { options } from './options.ts'"],
  },
  'the options read the environment': {
    file: 'packages/observe/src/settings/options.ts',
    red: [],
    green: ['export const level = process.env.LOG_LEVEL'],
  },
  'the demo is a stranger to the packages': {
    file: 'demo/orders/src/main.ts',
    red: [
      "import { observe } from '../../../packages/observe/src/index.ts'",
      "import { names } from '@lab/observe/src/conventions/names.ts'",
    ],
    green: ["import { observe } from '@lab/observe'", "import { observeKoa } from '@lab/observe/koa'"],
  },
  'a named function at module level is a declaration': {
    file: 'demo/orders/src/main.ts',
    red: [
      'const half = (value: number) => value / 2',
      'export const half = async (value: number) => value / 2',
      'const half = function (value: number) { return value / 2 }',
    ],
    green: [
      'function half(value: number) { return value / 2 }',
      'const half: Handler = (value) => value / 2',
      'const halves = [1].map((value) => value / 2)',
      'export function main() { const half = (value: number) => value / 2; return half }',
      "test('x', () => { const half = (value: number) => value / 2; half(1) })",
    ],
  },
  'a private member is #private': {
    file: 'packages/console/src/store.ts',
    red: [
      'class Store { private readonly rows = 1 }',
      'class Store { private static rows = 1 }',
      'class Store { private read() { return 1 } }',
      'class Store { public read() { return 1 } }',
    ],
    green: [
      'class Store { readonly #rows = 1 }',
      'abstract class Store { protected abstract read(): number }',
      'class Store { private constructor() {} }',
    ],
  },
  'a path is not the pathname of a file URL': {
    file: 'demo/orders/src/main.ts',
    red: ["const root = new URL('..', import.meta.url).pathname"],
    green: ["const root = fileURLToPath(new URL('..', import.meta.url))", 'const path = new URL(request.url).pathname'],
  },
  'a test is test(), inside and outside of describe': {
    file: 'ops/test/shop.test.ts',
    red: ["it('x', () => {})", "describe('x', () => { it('y', () => {}) })"],
    green: ["test('x', () => {})", "describe('x', () => { test('y', () => {}) })"],
  },
}

const lines = Object.entries(rules).flatMap(([rule, { file, red, green }]) => [
  ...red.map((source) => ({ rule, file, source, verdict: 'refuses' })),
  ...green.map((source) => ({ rule, file, source, verdict: 'allows' })),
])

const ours = ['plugin', 'lint/style/noProcessEnv', 'lint/style/useConsistentTestIt']
const root = fileURLToPath(new URL('../..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'import-rules-'))
const refused = new Set<string>()

beforeAll(() => {
  for (const [index, { file, source }] of lines.entries()) {
    const path = join(scratch, String(index), file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `${source}\n`)
  }
  for (const index of brokenIn(scratch)) refused.add(index)
})

afterAll(() => rmSync(scratch, { recursive: true, force: true }))

test.each(lines.map((line, index) => ({ ...line, index })))('$rule: $verdict $source', ({ index, verdict }) => {
  expect(refused.has(String(index))).toBe(verdict === 'refuses')
})

/** Lints `folder` and names those of its subfolders in which a file breaks a rule of our own. */
function brokenIn(folder: string): string[] {
  const options = [`--config-path=${root}/.config/lint.json`, '--reporter=json', '--max-diagnostics=none']
  const { stdout } = spawnSync(`${root}/node_modules/.bin/biome`, ['lint', ...options], {
    cwd: folder,
    encoding: 'utf8',
  })
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { category: string; location: { path: string } }[] }
  return diagnostics
    .filter(({ category }) => ours.includes(category))
    .flatMap(({ location }) => location.path.split('/').slice(0, 1))
}
