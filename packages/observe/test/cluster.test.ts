/**
 * `node:cluster`: one /metrics for all workers of a host, with sums that are right and never go down.
 */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '@lab/test-kit/free-port'
import { type Receiver, startReceiver } from '@lab/test-kit/otlp-receiver'
import { afterEach, expect, test } from 'vitest'
import { type Program, startProgram } from './program.ts'
import { sendRequest } from './raw-client.ts'
import { type Family, parseMetrics } from './strict-metrics.ts'

const program = fileURLToPath(new URL('programs/cluster.ts', import.meta.url))
/** A worker that is blocked for a second counts with its last report: a scrape asks the workers that wait. */
const longerTimeouts = new URL('programs/longer-timeouts.ts', import.meta.url).href
let running: Program
let receiver: Receiver

afterEach(async () => {
  running.kill()
  await receiver.close()
})

test('adds up the metrics of all workers, also of those that have ended', async () => {
  receiver = await startReceiver()
  const admin = await freePort()
  const args = [
    '--experimental-strip-types',
    '--disable-warning=ExperimentalWarning',
    '--import',
    longerTimeouts,
    program,
  ]
  running = startProgram(dirname(program), args, {
    OTEL_EXPORTER_PROMETHEUS_PORT: String(admin),
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
  })
  await running.printed('listening 1 ')
  await running.printed('listening 2 ')
  const port = /listening 1 (\d+)/.exec(running.output())?.[1]
  const scrape = async () => {
    const headers = { accept: 'application/openmetrics-text' }
    return parseMetrics(await (await fetch(`http://localhost:${admin}/metrics`, { headers })).text(), 'openmetrics')
  }
  const pids = new Set<string>()
  const request = async (path: string) => {
    const { text } = await sendRequest(`http://127.0.0.1:${port}`, { path })
    pids.add(/\d+$/.exec(text)?.[0] ?? '')
  }
  for (let count = 0; count < 20; count += 1) await request('/')
  expect(pids.size).toBe(2)

  const families = await scrape()
  expect(countOf(families)).toBe(20)
  expect(exemplarsOf(families)).toBeGreaterThan(0)
  expect(valuesOf(families, 'messages_received_total')).toEqual([{ labels: { message: 'welcome' }, value: 2 }])
  const gauges = valuesOf(families, 'worker_value')
  expect(gauges.map(({ labels }) => labels.cluster_process).sort()).toEqual(['1', '2'])
  const processes = valuesOf(families, 'process_uptime_seconds').map(({ labels }) => labels.cluster_process)
  expect(processes.sort()).toEqual(['1', '2', 'primary'])
  const before = sumOf(families, 'process_cpu_time_seconds_total')

  await request('/leave')
  await running.printed('listening 3 ')
  for (let count = 0; count < 10; count += 1) await request('/')
  const after = await scrape()
  expect(countOf(after)).toBe(31)
  expect(sumOf(after, 'requests_answered_total')).toBe(31)
  expect(sumOf(after, 'process_cpu_time_seconds_total')).toBeGreaterThan(before)
  expect(valuesOf(after, 'worker_value')).toHaveLength(2)
  expect(valuesOf(after, 'messages_received_total')).toEqual([{ labels: { message: 'welcome' }, value: 3 }])

  // The user's own listeners receive the user's own messages, and the port is no error.
  const received = () => running.output().match(/primary received .*/g)
  await expect
    .poll(received)
    .toEqual(['primary received "thanks"', 'primary received "thanks"', 'primary received "thanks"'])
  expect(running.lines().filter(({ level }) => level !== 'info')).toEqual([])
})

function valuesOf(families: Map<string, Family>, name: string) {
  const samples = [...families.values()].flatMap((family) => family.samples)
  return samples.filter((sample) => sample.name === name).map(({ labels, value }) => ({ labels, value }))
}

function sumOf(families: Map<string, Family>, name: string): number {
  return valuesOf(families, name).reduce((sum, { value }) => sum + value, 0)
}

const LATENCY = 'http_server_request_duration_seconds'

function countOf(families: Map<string, Family>): number {
  return sumOf(families, `${LATENCY}_count`)
}

function exemplarsOf(families: Map<string, Family>): number {
  return families.get(LATENCY)?.samples.filter(({ exemplar }) => exemplar !== undefined).length ?? 0
}
