/**
 * The samples of k6, read from whole files and from one that was cut off.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientOf, quantile, stepOf } from './client.ts'
import { readSamples } from './samples.ts'

const FROM = Date.parse('2026-11-29T08:00:00Z')
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'samples-'))
})
afterAll(() => rm(folder, { recursive: true }))

function point(metric: string, second: number, value: number, tags = {}, metadata = {}): string {
  const time = new Date(FROM + second * 1000).toISOString()
  return JSON.stringify({ metric, type: 'Point', data: { time, value, tags, metadata } })
}

function request(second: number, ms: number, { status = '200', ok = true } = {}): string {
  const tags = { name: 'browse', status, expected_response: String(ok) }
  return point('http_req_duration', second, ms, tags, { trace_id: 'a'.repeat(32) })
}

async function fileOf(lines: string[], cut = 0): Promise<string> {
  const path = join(folder, `${Math.random()}.gz`)
  const bytes = gzipSync(lines.join('\n'))
  await writeFile(path, bytes.subarray(0, bytes.length - cut))
  return path
}

test('requests, dropped arrivals and virtual users are read; the definitions of metrics are not', async () => {
  const definition = JSON.stringify({ type: 'Metric', data: { name: 'vus' }, metric: 'vus' })
  const path = await fileOf([definition, request(1, 20), point('dropped_iterations', 2, 3), point('vus', 2, 7)])
  const { requests, dropped, vus } = await readSamples(path)
  expect(requests).toEqual([
    { at: FROM + 1000, name: 'browse', status: 200, ms: 20, failed: false, error: null, traceId: 'a'.repeat(32) },
  ])
  expect(dropped).toEqual([{ at: FROM + 2000, count: 3 }])
  expect(vus).toEqual([{ at: FROM + 2000, count: 7 }])
})

test('a file that was cut off is read as far as it goes', async () => {
  // Durations that differ, so that the file is larger than one block of the compression.
  const lines = Array.from({ length: 5000 }, (_, index) => request(index / 100, Math.random() * 100))
  const { requests } = await readSamples(await fileOf(lines, 20_000))
  expect(requests.length).toBeGreaterThan(100)
  expect(requests.length).toBeLessThan(5000)
})

test('a file that is missing has no samples', async () => {
  expect((await readSamples(join(folder, 'none.gz'))).requests).toEqual([])
})

test('steps of time have their own counts and exact percentiles', async () => {
  const first = Array.from({ length: 100 }, (_, index) => request(0.5, index + 1))
  const second = [request(1.5, 500, { status: '503', ok: false }), point('dropped_iterations', 1.6, 4)]
  const client = clientOf(await readSamples(await fileOf([...first, ...second])), FROM, 2)
  expect(client.points.map(({ at, count, failed, p95, dropped }) => ({ at, count, failed, p95, dropped }))).toEqual([
    { at: 0, count: 100, failed: 0, p95: 95, dropped: 0 },
    { at: 1, count: 1, failed: 1, p95: 500, dropped: 4 },
  ])
  expect(client.total).toMatchObject({ count: 101, failed: 1, dropped: 4, max: 500 })
  expect(client.errors).toEqual({ 'browse: 503': 1 })
  expect(client.histogram.reduce((sum, { count }) => sum + count, 0)).toBe(101)
})

test('a long run has no more steps than a short one', () => {
  expect([stepOf(20), stepOf(60), stepOf(300), stepOf(1800)]).toEqual([1, 1, 5, 30])
})

test.each([
  [0.5, 2],
  [0.95, 4],
  [0, 1],
])('the %d quantile of four values', (share, value) => {
  expect(quantile([1, 2, 3, 4], share)).toBe(value)
})
