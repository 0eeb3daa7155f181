/**
 * `node:cluster` with very many series: no process is kept from its work while they are sent, and a report counts as a whole.
 */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '@lab/test-kit/free-port'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Program, startProgram } from './program.ts'
import { parseMetrics } from './strict-metrics.ts'

const HISTOGRAMS = 7000
const program = fileURLToPath(new URL('programs/cluster-many.ts', import.meta.url))
/** A worker that is blocked for a second counts with its last report: a scrape asks the workers that wait. */
const longerTimeouts = new URL('programs/longer-timeouts.ts', import.meta.url).href
let running: Program
let admin: string
let service: string

beforeEach(async () => {
  const [port, servicePort] = [await freePort(), await freePort()]
  admin = `http://localhost:${port}`
  service = `http://127.0.0.1:${servicePort}`
  const args = [
    '--experimental-strip-types',
    '--disable-warning=ExperimentalWarning',
    '--import',
    longerTimeouts,
    program,
  ]
  const env = { OTEL_EXPORTER_PROMETHEUS_PORT: String(port), SERVICE_PORT: String(servicePort) }
  running = startProgram(dirname(program), args, env)
  await running.printed('ready')
})

afterEach(() => running.kill())

test('blocks the event loop of no process for more than 20 ms', async () => {
  await sendTo('/record')
  const longest: number[][] = []
  // A collection of garbage may come in between; it does not each time.
  for (let count = 0; count < 3; count += 1) {
    await sendTo('/watch')
    await scrape()
    longest.push(await sendTo('/longest'))
  }
  const least = [0, 1, 2].map((process) => Math.min(...longest.map((turns) => turns[process] ?? 0)))
  for (const turnMs of least) expect(turnMs, `the longest turns: ${JSON.stringify(longest)}`).toBeLessThan(20)
  expect(await recorded()).toBe(3 * HISTOGRAMS)
}, 60_000)

test('gives scrapes of several readers that overlap what was counted before each of them', async () => {
  await sendTo('/record')
  const first = recorded('first')
  await running.printed('sent part 3')
  await sendTo('/record/1')
  const second = recorded('second')
  await sendTo('/record/2')
  const third = recorded('third')
  expect(await first).toBeGreaterThanOrEqual(3 * HISTOGRAMS)
  expect(await second).toBeGreaterThanOrEqual(4 * HISTOGRAMS)
  expect(await third).toBe(5 * HISTOGRAMS)
}, 60_000)

test('counts a report of a worker that is killed in the middle of it not at all, and the one before in full', async () => {
  await sendTo('/record')
  expect(await recorded()).toBe(3 * HISTOGRAMS)
  await sendTo('/doom/2')
  const requested = recorded()
  await running.printed('worker 2 ended')
  expect(await requested).toBe(3 * HISTOGRAMS)
  expect(await recorded()).toBe(3 * HISTOGRAMS)
}, 60_000)

test.each(['shutdown', 'SIGTERM'])(
  'keeps all that a worker counted before it ended by %s',
  async (way) => {
    await sendTo('/record/1')
    await sendTo(`/${way}/1`)
    expect(await recorded()).toBe(HISTOGRAMS)
  },
  60_000,
)

test('keeps what a worker counted before process.exit(), of as many series as the channel takes at once', async () => {
  await sendTo('/few/1')
  await sendTo('/exit/1')
  expect(await recorded()).toBe(300)
}, 60_000)

async function sendTo(path: string): Promise<number[]> {
  return JSON.parse(await textOf(`${service}${path}`))
}

function scrape(reader = 'test'): Promise<string> {
  return textOf(`${admin}/metrics`, reader)
}

/** On a connection of its own: one that is kept may be closed at the moment it is used again. */
async function textOf(url: string, userAgent = 'test'): Promise<string> {
  return (await fetch(url, { headers: { connection: 'close', 'user-agent': userAgent } })).text()
}

/** How many values all histograms have. */
async function recorded(reader?: string): Promise<number> {
  const families = parseMetrics(await scrape(reader), 'text')
  const counts = families.get('work_seconds')?.samples.filter(({ name }) => name === 'work_seconds_count') ?? []
  return counts.reduce((sum, { value }) => sum + value, 0)
}
