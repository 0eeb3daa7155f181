/**
 * `node --import @lab/observe/auto` with libraries that publish nothing: routes and errors of Koa, Hono and hapi, and the calls of pg,
 * without a line of code, imported or required.
 */
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { canReach } from '../src/service/reach.ts'
import { startProgram } from './program.ts'

const AUTO = new URL('../src/auto.ts', import.meta.url).href
const FLAGS = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning']
const FOLDER = fileURLToPath(new URL('..', import.meta.url))
const ENV = { OTEL_EXPORTER_PROMETHEUS_PORT: '0', OTEL_TRACES_EXPORTER: 'none' }

async function run(name: string, how: string) {
  const program = startProgram(FOLDER, [...FLAGS, '--import', AUTO, 'test/programs/reached.mjs', name, how], ENV)
  const { code } = await program.ended
  expect(code, program.output()).toBe(0)
  return program
}

test('reaches them from Node.js 22.23 and 24.12 on', () => {
  const versions = ['22.17.0', '22.22.3', '22.23.0', '24.2.0', '24.11.1', '24.12.0', '26.0.0']
  expect(versions.filter(canReach)).toEqual(['22.23.0', '24.12.0', '26.0.0'])
})

test.runIf(canReach()).each([
  ['koa', 'import', '/t/:tenant/'],
  ['koa', 'require', '/t/:tenant/'],
  ['hono', 'import', '/t/:tenant/'],
  ['hono', 'require', '/t/:tenant/'],
  ['hapi', 'import', '/t/{tenant}/'],
  ['hapi', 'require', '/t/{tenant}/'],
])('%s, by %s', async (name, how, prefix) => {
  const id = name === 'hapi' ? '{id}' : ':id'
  const lines = (await run(name, how)).lines().filter(({ duration_ms }) => duration_ms !== undefined)
  expect(
    lines.map(({ route, status, err }) => ({ route, status, error: (err as { message?: string })?.message })),
  ).toEqual([
    { route: `${prefix}items/${id}`, status: 200, error: undefined },
    { route: `${prefix}fails/${id}`, status: 500, error: 'broken' },
    { route: undefined, status: 404, error: undefined },
  ])
})

test.runIf(canReach()).each([
  ['polka', 'import'],
  ['polka', 'require'],
  // It is an ES module.
  ['tinyhttp', 'import'],
  ['find-my-way', 'import'],
  ['find-my-way', 'require'],
  ['h3', 'import'],
  ['h3', 'require'],
])('%s, by %s: apps and routers that others mount, too', async (name, how) => {
  const lines = (await run(name, how)).lines().filter(({ duration_ms }) => duration_ms !== undefined)
  expect(lines.map(({ route, status }) => [route, status])).toEqual([
    ['/t/items/:id', 200],
    ['/t/fails/:id', 500],
    [name === 'find-my-way' ? '/plain/:id?' : '/plain/:id', 200],
    [undefined, 404],
  ])
})

test.runIf(canReach()).each(['import', 'require'])('pg, by %s', async (how) => {
  const output = (await run('pg', how)).output()
  expect(output).toMatch(/db_client_operation_duration_seconds_count\{[^}]*db_operation_name="connect"[^}]*\} 1/)
  expect(output).toMatch(/db_client_connection_max\{[^}]*\} 10/)
})
