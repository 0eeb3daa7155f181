/**
 * The README's pieces of code, run word for word with what they take for granted.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { startTestPostgres } from '@lab/test-kit/postgres'
import { closed, listening } from '@lab/test-kit/server'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { observeHttp } from '../src/http.ts'
import { adminListener } from '../src/index.ts'
import { createTestObserve, type TestObserve } from '../src/testing.ts'
import { the } from './observed.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
let obs: TestObserve

beforeEach(() => {
  obs = createTestObserve()
})
afterEach(() => obs.shutdown())

/** Runs the first block below `heading`, and gives what it calls `result`. */
async function run(heading: string, given: Record<string, unknown>, result = 'undefined'): Promise<unknown> {
  const [, block = ''] = new RegExp(`^#+ ${heading}\n[^]*?\`\`\`ts\n([^]*?)\`\`\``, 'm').exec(readme) ?? []
  expect(block).not.toBe('')
  const scope = { ...given }
  for (const [, name = '', from = ''] of block.matchAll(/^import \{ (\w+) \} from '(.*?)'.*$/gm)) {
    scope[name] = (await import(from.replace(/^@lab\/observe\/(.*)$/, '../src/$1.ts')))[name]
  }
  const code = block.replace(/^import .*$/gm, '')
  const AsyncFunction = (async () => undefined).constructor as FunctionConstructor
  return AsyncFunction(...Object.keys(scope), `${code}\nreturn ${result}`)(...Object.values(scope))
}

test('the line of a request', async () => {
  const line = /```json\n(.*)\n```/.exec(readme)?.[1] ?? ''
  const shown = JSON.parse(line)
  const server = createServer(observeHttp(obs, (_, response) => response.end(), { route: () => shown.route }))
  await fetch(`${await listening(server)}${shown.path}`)
  await obs.until(() => obs.lines.length > 0)
  // Of the program that runs the tests.
  const { version, ...written } = the(obs.lines[0])
  expect(Object.keys(shown)).toEqual(Object.keys(written))
  const { service, time, trace_id, span_id, duration_ms, ...same } = shown
  expect(written).toMatchObject(same)
  await closed(server)
})

test('a pool of pg whose idle connection breaks', async () => {
  const { url, stop } = await startTestPostgres()
  class Pool extends pg.Pool {
    constructor() {
      super({ connectionString: url })
    }
  }
  const pool = await run('Outgoing calls', { obs, Pool }, 'pool')
  if (!(pool instanceof Pool)) throw new Error('the README has no pool')
  await pool.query('select 1')
  await stop()
  await obs.until(() => obs.lines.length > 0)
  expect(obs.lines).toMatchObject([{ level: 'warn', msg: 'an idle connection broke' }])
  expect((await obs.scrape()).body).toMatch(/^db_client_operation_duration_seconds_count\{.*\} 1$/m)
  await pool.end()
})

test('metrics, a line, a span and a check of one’s own', async () => {
  let broken = false
  const pool = { query: async () => (broken ? Promise.reject(new Error('away')) : undefined) }
  await run('Your own metrics, spans and log lines', { obs, pool, queue: [1, 2], render: async () => 'page' })
  const { body } = await obs.scrape()
  expect(body).toContain('jobs_waiting 2')
  expect(body).toContain('render_duration_seconds_count{page="cart"} 1')
  expect(body).toContain('render_duration_seconds_count{outcome="sent",page="list"} 1')
  expect(body).toContain('orders_placed_total{outcome="confirmed"} 1')
  expect(obs.lines).toMatchObject([{ order: 7, msg: 'order placed' }])
  expect(obs.spans).toMatchObject([{ name: 'reserve stock' }])
  const server = createServer(adminListener(obs))
  const ready = async (url: string) => (await fetch(`${url}/readyz`)).status
  const url = await listening(server)
  expect(await ready(url)).toBe(200)
  broken = true
  // A result is reused for a short time.
  await expect.poll(() => ready(url)).toBe(503)
  await closed(server)
})

test('messages', async () => {
  const sent: { carrier: Record<string, string> }[] = []
  const boss = { send: (_queue: string, message: (typeof sent)[0]) => sent.push(message) }
  const first = obs.span('request', () => obs.carrier())
  const job = { data: { carrier: first } }
  const jobs = [job, { data: { carrier: {} } }, { data: {} }]
  await run('Messages', { obs, boss, job, jobs, sendReceipt: () => 1, sendReceipts: () => 2 })
  const [request, producer, consumer, batch] = obs.spans.map((span) => the(span))
  expect(producer).toMatchObject({ name: 'send receipts', kind: 'producer' })
  expect(sent[0]?.carrier.traceparent).toContain(producer?.spanId)
  expect(consumer).toMatchObject({ name: 'process receipts', kind: 'consumer', parentSpanId: request?.spanId })
  expect(batch).toMatchObject({ kind: 'consumer', parentSpanId: undefined, links: [{ spanId: request?.spanId }] })
  expect(batch?.traceId).not.toBe(request?.traceId)
})
