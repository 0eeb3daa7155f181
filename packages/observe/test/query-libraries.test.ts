/**
 * Libraries that are built on pg, on a real PostgreSQL, with `node --import @lab/observe/auto` and no line in the program: each query is one
 * client span of the request that made it, with the statement and without its value.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Receiver, startReceiver } from '@lab/test-kit/otlp-receiver'
import { type Postgres, startTestPostgres } from '@lab/test-kit/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { canReach } from '../src/service/reach.ts'
import { startProgram } from './program.ts'

const AUTO = new URL('../src/auto.ts', import.meta.url).href
const FLAGS = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning']
const FOLDER = fileURLToPath(new URL('..', import.meta.url))

let postgres: Postgres
let receiver: Receiver
beforeAll(async () => {
  postgres = await startTestPostgres()
  receiver = await startReceiver()
})
afterAll(async () => {
  await receiver.close()
  await postgres.stop()
})

const LIBRARIES = { pg: 'pg', 'drizzle-orm': 'drizzle', knex: 'knex', sequelize: 'sequelize', typeorm: 'typeorm' }

test('the page names each library that is tested, with its version', () => {
  const page = readFileSync(new URL('../docs/clients.md', import.meta.url), 'utf8')
  const require = createRequire(import.meta.url)
  for (const [, name = '', version = ''] of page.matchAll(/^\| `([^`]+)` \| ([\d.]+) \|/gm)) {
    const folder = require.resolve.paths(name)?.find((path) => existsSync(join(path, name)))
    const installed: { version: string } = JSON.parse(readFileSync(join(`${folder}`, name, 'package.json'), 'utf8'))
    expect(`${installed.version}.`).toContain(`${version}.`)
    expect([...Object.keys(LIBRARIES), 'graphql', '@grpc/grpc-js']).toContain(name)
  }
})

test.runIf(canReach()).each(Object.values(LIBRARIES))('%s', async (name) => {
  const env = {
    OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_SERVICE_NAME: name,
    POSTGRES: postgres.url,
  }
  const before = receiver.spans.length
  const program = startProgram(FOLDER, [...FLAGS, '--import', AUTO, 'test/programs/queries.mjs', name], env)
  expect((await program.ended).code, program.output()).toBe(0)
  const spans = receiver.spans.slice(before) as {
    name: string
    spanId: string
    parentSpanId?: string
    attributes: Record<string, unknown>
  }[]
  const queries = spans.filter(({ attributes }) => attributes['db.query.text'] === 'select $1::int as n')
  expect(queries).toHaveLength(1)
  const [query] = queries
  expect(spans.find(({ spanId }) => spanId === query?.parentSpanId)?.attributes).toMatchObject({ 'url.path': '/' })
  expect(query?.attributes).toMatchObject({ 'db.system.name': 'postgresql', 'db.operation.name': 'SELECT' })
})
