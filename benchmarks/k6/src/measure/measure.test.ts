/**
 * Outages are seen by their health check, series come from Prometheus with one value a step, and a critical path is summed by span.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { fromPrometheus } from './server.ts'
import { pathOf } from './traces.ts'
import { Watch } from './watch.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function serve(answer: (path: string) => { status?: number; body?: unknown }): Promise<string> {
  const server = createServer((request, response) => {
    const { status = 200, body = {} } = answer(decodeURIComponent(request.url ?? '').replaceAll('+', ' '))
    response.writeHead(status).end(JSON.stringify(body))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('a service that stops answering is an outage with its begin and its end', async () => {
  let isUp = false
  const url = await serve(() => ({ status: isUp ? 200 : 503 }))
  const watch = new Watch([{ name: 'orders', health: url }], process.pid)
  await expect.poll(() => watch.seen.outages).toMatchObject([{ service: 'orders', to: null }])
  isUp = true
  await expect.poll(() => watch.seen.outages[0]?.to).toBeGreaterThan(0)
  const { machine } = watch.stop()
  expect(machine.length).toBeGreaterThan(1)
  expect(machine.at(-1)?.k6).toBeGreaterThanOrEqual(0)
})

test('a series of Prometheus has one value a step, and null where there is none', async () => {
  const url = await serve((path) => {
    const isCpu = path.includes('process_cpu_time')
    if (path.includes('ALERTS')) {
      const metric = { alertname: 'DatabaseSlow', job: 'orders', alertstate: 'firing' }
      return {
        body: {
          data: {
            result: [
              {
                metric,
                values: [
                  [105, '1'],
                  [115, '1'],
                ],
              },
            ],
          },
        },
      }
    }
    const values = [
      [100, '0.5'],
      [110, 'NaN'],
      [115, '0.25'],
    ]
    return { body: { data: { result: isCpu ? [{ metric: { job: 'orders' }, values }] : [] } } }
  })
  const { measures, alerts, missing } = await fromPrometheus(url, { from: 100_000, to: 120_000, step: 5 })
  expect(measures).toEqual([
    { name: 'CPU', unit: 'cores', series: [{ service: 'orders', values: [0.5, null, null, 0.25, null] }] },
  ])
  expect(alerts).toEqual([{ name: 'DatabaseSlow', service: 'orders', state: 'firing', from: 5, to: 15 }])
  expect(missing).toEqual([])
})

test('a measure that Prometheus refuses is missing, with its words', async () => {
  const url = await serve((path) =>
    path.includes('ALERTS') ? { body: { data: { result: [] } } } : { status: 422, body: { error: 'too many points' } },
  )
  const { measures, missing } = await fromPrometheus(url, { from: 0, to: 5000, step: 5 })
  expect(measures).toEqual([])
  expect(missing[0]).toMatch(/^CPU: .*422.*too many points/)
})

test('the critical path is summed by span name, largest first', () => {
  const span = (spanId: string, service: string, name: string) => ({ spanId, service, name, start: 0, duration: 0 })
  const spans = [span('a', 'gateway', 'POST'), span('b', 'orders', 'SELECT'), span('c', 'orders', 'SELECT')]
  const criticalPath = [
    { spanId: 'a', start: 0, end: 10 },
    { spanId: 'b', start: 10, end: 50 },
    { spanId: 'c', start: 50, end: 100 },
  ]
  expect(pathOf({ spans, criticalPath })).toEqual([
    { service: 'orders', what: 'SELECT', ms: 90, share: 0.9 },
    { service: 'gateway', what: 'POST', ms: 10, share: 0.1 },
  ])
})
