/**
 * Other ways in than OTLP: Zipkin's spans, and /metrics pages that are read.
 */

import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { runConsole } from './running-console.ts'

const now = Date.now()
const zipkin = [
  {
    traceId: '5af7183fb1d4cf5f',
    id: '352bff9a74ca9ad2',
    kind: 'CLIENT',
    name: 'get /api',
    timestamp: (now - 1000) * 1000,
    duration: 90_000,
    localEndpoint: { serviceName: 'frontend' },
    remoteEndpoint: { serviceName: 'backend', ipv4: '10.1.2.3', port: 9000 },
    annotations: [{ timestamp: (now - 990) * 1000, value: 'cache miss' }],
    tags: { 'http.path': '/api', error: 'timed out' },
  },
  {
    ...{ traceId: '5af7183fb1d4cf5f', id: '352bff9a74ca9ad2', kind: 'SERVER', name: 'get /api', shared: true },
    ...{ timestamp: (now - 980) * 1000, duration: 50_000, localEndpoint: { serviceName: 'backend' } },
  },
]

test("Zipkin's spans are stored, a shared id as two spans, and a bad one is counted alone", async () => {
  const { otlpUrl, query } = await runConsole()
  const send = (body: unknown) =>
    fetch(`${otlpUrl}/api/v2/spans`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
  expect((await send([...zipkin, { traceId: 'xyz', id: '1' }])).status).toBe(200)
  const { spans } = await query('/api/trace', { id: '5af7183fb1d4cf5f'.padStart(32, '0') })
  expect(spans.map(({ service, kind, status, parentId }) => [service, kind, status, parentId])).toEqual([
    ['frontend', 'client', 'error', null],
    ['backend', 'server', 'unset', '352bff9a74ca9ad2'],
  ])
  expect(spans[0]).toMatchObject({
    statusMessage: 'timed out',
    duration: 90,
    attributes: { 'peer.service': 'backend', 'http.path': '/api', 'network.peer.port': '9000' },
    events: [{ name: 'cache miss' }],
  })
  expect((await query('/api/status', {})).refused).toMatchObject([
    { count: 1, reason: expect.stringContaining('traceId') },
  ])
  const refused = await send({ resourceSpans: [] })
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('not a list of Zipkin spans')])
})

function page(count: number): string {
  return `# HELP http_requests_total Requests\\nanswered.
# TYPE http_requests_total counter
http_requests_total{route="/a \\"b\\"",code="200"} ${count}
# TYPE process_resident_memory_bytes gauge
process_resident_memory_bytes 4.2e+07 1700000000000
# TYPE latency_seconds histogram
latency_seconds_bucket{le="0.1"} ${count}
latency_seconds_bucket{le="1"} ${count + 5} # {trace_id="abc"} 0.5
latency_seconds_bucket{le="+Inf"} ${count + 5}
latency_seconds_sum ${count / 10}
latency_seconds_count ${count + 5}
# TYPE gc_seconds summary
gc_seconds{quantile="0.5"} 0.01
gc_seconds{quantile="0.99"} NaN
gc_seconds_sum 3
gc_seconds_count 7
this is no sample
# EOF
`
}

test('a /metrics page is read: counters, gauges, histograms and summaries, and what is no sample is counted', async () => {
  let count = 100
  const server = createServer((_, response) => {
    count += 20
    response.end(page(count))
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  const host = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  const { query } = await runConsole({ scrape: [`http://${host}/metrics`, 'http://127.0.0.1:1/metrics'] })
  const { instruments } = await query('/api/metrics', {})
  expect(instruments.map(({ name, type, unit, services }) => [name, type, unit, services])).toEqual([
    ['gc_seconds', 'summary', 's', [host]],
    ['http_requests_total', 'counter', '', [host]],
    ['latency_seconds', 'histogram', 's', [host]],
    ['process_resident_memory_bytes', 'gauge', 'By', [host]],
  ])
  expect(instruments[1]).toMatchObject({ description: 'Requests\nanswered.', attributes: ['code', 'route'] })
  const memory = await query('/api/metric', { name: 'process_resident_memory_bytes' })
  expect(memory.series[0]?.points.findLast(({ value }) => value !== null)?.value).toBe(42_000_000)
  const { refused } = await query('/api/status', {})
  expect(refused.map(({ reason }) => reason).sort()).toEqual([
    expect.stringContaining('are no samples'),
    expect.stringContaining('http://127.0.0.1:1/metrics was not read'),
  ])
  // The second reading tells the rate.
  await expect
    .poll(async () => {
      const { series } = await query('/api/metric', { name: 'http_requests_total', by: 'route', stat: 'count' })
      return series.map(({ label, points }) => [label, points.some(({ value }) => value === 20)])
    })
    .toEqual([['/a "b"', true]])
})
