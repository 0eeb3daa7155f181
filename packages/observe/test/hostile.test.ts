/**
 * A client that wants to fill the memory or break the output: very many paths, hosts and methods, over real sockets.
 */
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { observeHttp } from '../src/http.ts'
import { createTestObserve, type TestObserve } from '../src/testing.ts'
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

/** Sends the requests of `head` one behind the other on one connection; resolves when all are answered. */
function pipeline(port: number, count: number, head: (index: number) => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    const status = 'HTTP/1.1 200'
    let answered = 0
    // A status line may be cut in two.
    let rest = ''
    socket.on('error', reject)
    socket.on('data', (data) => {
      const text = rest + data.toString('latin1')
      answered += text.split(status).length - 1
      rest = text.slice(1 - status.length)
      if (answered < count) return
      socket.destroy()
      resolve()
    })
    const batch = 500
    const send = (from: number): void => {
      if (from >= count) return
      let text = ''
      for (let index = from; index < Math.min(from + batch, count); index += 1) text += head(index)
      socket.write(text, () => send(from + batch))
    }
    send(0)
  })
}

it(`keeps to a handful of series for ${PATHS} paths and hosts and every odd method`, async () => {
  const obs = createTestObserve({ log: { level: 'silent' }, traces: false })
  const port = await serve(obs)
  const method = (index: number) => METHODS[index % METHODS.length]
  await pipeline(
    port,
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

it('caps the series when an application names routes by their paths', async () => {
  const obs = createTestObserve({ log: { level: 'silent' }, metrics: { maxSeries: 50 } })
  const port = await serve(obs, (path) => path)
  await pipeline(port, 1000, (index) => `GET /p/${index} HTTP/1.1\r\nHost: h\r\n\r\n`)
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
