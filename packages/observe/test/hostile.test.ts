/**
 * A client that wants to fill the memory or break the output: very many paths, hosts and methods, over real sockets.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { observeHttp } from '../src/http.ts'
import { createTestObserve, type TestObserve } from '../src/testing.ts'
import { pipeline } from './raw-client.ts'
import { parseMetrics, sampleValue } from './strict-metrics.ts'

const PATHS = 100_000
const METHODS = ['GET', 'PURGE', 'MKCOL', 'LOCK', 'M-SEARCH', 'SUBSCRIBE', 'REBIND', 'ACL']
const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanUp.splice(0)) await clean()
})

/** Serves with `obs`; answers how many requests it has seen. */
async function serve(obs: TestObserve, route?: (path: string) => string) {
  const server = createServer(
    observeHttp(obs, (_, response) => response.end(), { route: ({ url = '' }) => route?.(url) }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUp.push(
    () => server.closeAllConnections(),
    () => server.close(),
    () => obs.shutdown(),
  )
  return (server.address() as AddressInfo).port
}

test(`keeps to a handful of series for ${PATHS} paths and hosts and every odd method`, async () => {
  const obs = createTestObserve({ log: { level: 'silent' }, traces: false })
  const port = await serve(obs)
  const method = (index: number) => METHODS[index % METHODS.length]
  await pipeline(
    `http://127.0.0.1:${port}`,
    PATHS,
    (index) => `${method(index)} /p/${index}?q=${index} HTTP/1.1\r\nHost: h${index}.example\r\n\r\n`,
  )
  const families = parseMetrics((await obs.scrape()).body, 'text')
  const latency = families.get('http_server_request_duration_seconds')?.samples ?? []
  const counts = latency.filter(({ name }) => name.endsWith('_count'))
  expect(counts.map(({ labels, value }) => [labels.http_request_method, value])).toEqual([
    ['GET', PATHS / METHODS.length],
    ['_OTHER', (PATHS / METHODS.length) * (METHODS.length - 1)],
  ])
  expect(sampleValue(families, 'http_server_active_requests', { http_request_method: 'GET' })).toBe(0)
}, 60_000)

test('caps the series when an application names routes by their paths', async () => {
  const obs = createTestObserve({ log: { level: 'silent' }, metrics: { maxSeries: 50 } })
  const port = await serve(obs, (path) => path)
  await pipeline(`http://127.0.0.1:${port}`, 1000, (index) => `GET /p/${index} HTTP/1.1\r\nHost: h\r\n\r\n`)
  await obs.until(() => obs.spans.length === 1000)
  const families = parseMetrics((await obs.scrape()).body, 'text')
  const counts = families.get('http_server_request_duration_seconds')?.samples.filter((s) => s.name.endsWith('_count'))
  expect(counts).toHaveLength(51)
  expect(sampleValue(families, 'http_server_request_duration_seconds_count', { otel_metric_overflow: 'true' })).toBe(
    950,
  )
  const labels = { instrument: 'http.server.request.duration' }
  expect(sampleValue(families, 'observe_series_overflow_total', labels)).toBe(950)
  expect(new Set(obs.spans.map(({ name }) => name)).size).toBe(51)
})
