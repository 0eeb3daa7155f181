/**
 * `node:cluster`: /readyz and /loglevel stand for all workers, a killed one takes little with it, and a primary process
 * that does not observe is reported.
 */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '@lab/test-kit/free-port'
import { afterEach, expect, test } from 'vitest'
import { type Program, startProgram } from './program.ts'
import { quotedLine } from './quoted-line.ts'
import { sendRequest } from './raw-client.ts'
import { parseMetrics } from './strict-metrics.ts'

const program = fileURLToPath(new URL('programs/cluster-operations.ts', import.meta.url))
let running: Program
let service: string

afterEach(() => running.kill())

test('is ready when the checks of the primary process and of every worker hold', async () => {
  const { admin, pids } = await startCluster()
  // A worker that stands still for 800 ms has not answered, here and below.
  await expect
    .poll(() => readiness(admin))
    .toEqual({ status: 200, checks: { disk: 'ok', 'worker 1: database': 'ok', 'worker 2: database': 'ok' } })

  await sendRequest(service, { path: '/break' })
  await expect
    .poll(async () => {
      const { status, checks } = await readiness(admin)
      const failed = Object.keys(checks).filter((check) => checks[check] === 'failed')
      return { status, outcomes: Object.values(checks).sort(), failed }
    })
    .toEqual({
      status: 503,
      outcomes: ['failed', 'ok', 'ok'],
      failed: [expect.stringMatching(/^worker [12]: database$/)],
    })

  for (const pid of pids) process.kill(pid, 'SIGSTOP')
  const answeringMs = async (): Promise<number> => {
    const sentMs = performance.now()
    expect(await readiness(admin)).toEqual({
      status: 503,
      checks: { disk: 'ok', 'worker 1': 'no answer within 800 ms', 'worker 2': 'no answer within 800 ms' },
    })
    return performance.now() - sentMs
  }
  try {
    // One after the other they would take 1600 ms.
    await expect.poll(answeringMs).toBeLessThan(1600)
  } finally {
    // One that is stopped would outlive its primary process.
    for (const pid of pids) process.kill(pid, 'SIGKILL')
  }
  await expect.poll(listening).toHaveLength(4)
  await expect.poll(async () => (await readiness(admin)).status).toBe(200)
})

test('waits for the checks of a worker that says it is at them', async () => {
  const { admin } = await startCluster()
  await sendRequest(service, { path: '/slow' })
  await expect
    .poll(async () => {
      const askedMs = performance.now()
      const { status, checks } = await readiness(admin)
      return { status, checks: Object.values(checks), isSlow: performance.now() - askedMs > 1000 }
    })
    .toEqual({ status: 200, checks: ['ok', 'ok', 'ok'], isSlow: true })
})

test('sets the log level of the primary process and of all workers, also of those that come later', async () => {
  const { admin, pids } = await startCluster()
  const [first] = pids
  expect(await levels()).toEqual(new Map(pids.map((pid) => [pid, 'info'])))

  await fetch(`${admin}/loglevel`, { method: 'PUT', body: 'error' })
  expect(await (await fetch(`${admin}/loglevel`)).text()).toBe('error\n')
  await expect.poll(levels).toEqual(new Map(pids.map((pid) => [pid, 'error'])))

  if (first !== undefined) process.kill(first, 'SIGKILL')
  await expect.poll(listening).toHaveLength(3)
  const now = listening().filter((pid) => pid !== first)
  await expect.poll(levels).toEqual(new Map(now.map((pid) => [pid, 'error'])))
})

test('keeps the metrics of a killed worker from its periodic reports, and opens one admin port', async () => {
  const { admin, pids } = await startCluster({ OTEL_EXPORTER_PROMETHEUS_PORT: '0', LOG_LEVEL: 'debug' })
  for (let count = 0; count < 20; count += 1) await sendRequest(service, { path: '/' })
  const reported = () => pids.reduce((sum, pid) => sum + lastReported(pid), 0)
  await expect.poll(reported).toBe(20)

  for (const pid of pids) process.kill(pid, 'SIGKILL')
  await expect.poll(listening).toHaveLength(4)
  expect(await answered(admin)).toBe(20)
  for (let count = 0; count < 5; count += 1) await sendRequest(service, { path: '/' })
  // A worker that is blocked for a second counts with its last report.
  await expect.poll(() => answered(admin)).toBe(25)

  const addresses = running.lines().filter(({ msg }) => msg === 'the admin server listens')
  expect(addresses).toHaveLength(1)
  expect(running.lines().filter(({ level }) => level !== 'info' && level !== 'debug')).toEqual([])
})

test('keeps the metrics of a worker after its shutdown(), and requests no more from it', async () => {
  const { admin } = await startCluster()
  for (let count = 0; count < 5; count += 1) await sendRequest(service, { path: '/' })
  await sendRequest(service, { path: '/shutdown' })
  await expect
    .poll(async () => {
      const { status, checks } = await readiness(admin)
      return { status, checks: Object.values(checks) }
    })
    .toEqual({ status: 200, checks: ['ok', 'ok'] })
  await expect.poll(() => answered(admin)).toBe(6)
})

test('says what to do where only the workers observe', async () => {
  const { admin, pids } = await startCluster({ PRIMARY: 'unobserved' })
  const warnings = () => running.lines().filter(({ level }) => level === 'warn')
  await expect.poll(warnings).toHaveLength(2)
  for (const { msg } of warnings()) {
    expect(msg).toContain('for a single worker, the one that gets the connection')
    expect(msg).toMatch(quotedLine('for a single worker'))
    expect(msg).toContain('Call observe() in the primary process before it forks')
  }
  const seen = new Set<number>()
  await expect
    .poll(async () => {
      const { text } = await sendRequest(admin, { path: '/metrics' })
      seen.add(Number(/^worker_pid(?:\{.*\})? (\d+)/m.exec(text)?.[1]))
      return [...seen].sort()
    })
    .toEqual([...pids].sort())
})

async function startCluster(env: Record<string, string> = {}): Promise<{ admin: string; pids: number[] }> {
  const port = String(await freePort())
  const servicePort = String(await freePort())
  service = `http://127.0.0.1:${servicePort}`
  const args = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning', program]
  running = startProgram(dirname(program), args, {
    OTEL_EXPORTER_PROMETHEUS_PORT: port,
    SERVICE_PORT: servicePort,
    OTEL_TRACES_EXPORTER: 'none',
    ...env,
  })
  await expect.poll(listening).toHaveLength(2)
  return { admin: `http://localhost:${adminPort() ?? port}`, pids: listening() }
}

/** The one that was found free, by the line of level debug. */
function adminPort(): number | undefined {
  const line = running.lines().find(({ msg }) => msg === 'the admin server listens')
  return Number(/"port":(\d+)/.exec(JSON.stringify(line) ?? '')?.[1]) || undefined
}

/** The process ids of the workers, those that were killed included. */
function listening(): number[] {
  const { port } = new URL(service)
  return Array.from(running.output().matchAll(new RegExp(`^listening (\\d+) ${port}$`, 'gm')), ([, pid]) => Number(pid))
}

async function readiness(admin: string): Promise<{ status: number; checks: Record<string, string> }> {
  const response = await fetch(`${admin}/readyz`)
  const { checks } = JSON.parse(await response.text())
  return { status: response.status, checks }
}

/** The level of each worker that answers. */
async function levels(): Promise<Map<number, string>> {
  const found = new Map<number, string>()
  for (let count = 0; count < 6; count += 1) {
    const { text } = await sendRequest(service, { path: '/' })
    const [, pid, level = ''] = /(\d+) (\w+)$/.exec(text) ?? []
    found.set(Number(pid), level)
  }
  return found
}

async function answered(admin: string): Promise<number> {
  const families = parseMetrics(await (await fetch(`${admin}/metrics`)).text(), 'text')
  const samples = [...families.values()].flatMap((family) => family.samples)
  return samples.filter(({ name }) => name === 'answered_total').reduce((sum, { value }) => sum + value, 0)
}

/** The number of answers that a worker last reported to the primary process. */
function lastReported(pid: number): number {
  return Number([...running.output().matchAll(new RegExp(`^reported ${pid} (\\d+)$`, 'gm'))].at(-1)?.[1] ?? 0)
}
