/**
 * The whole shop under load, asked through its backends: what a request leaves behind is in all three, and leads from each
 * to the others.
 */

import { services as shopServices } from '@demo/shop'
import { eventually } from '@lab/test-kit/eventually'
import { requireTool } from '@lab/test-kit/tool'
import { execa } from 'execa'
import { beforeAll, expect, test } from 'vitest'
import { mostValues } from './labels.ts'
import { placeOrder } from './order.ts'
import {
  findTrace,
  labelValues,
  lokiLabels,
  lokiStreams,
  prometheusLabels,
  queryExemplars,
  queryLoki,
  queryPrometheus,
  sampleSum,
} from './queries.ts'
import { type Shop, theShop } from './shop.ts'

/** Those that an order crosses. */
const crossed = ['gateway', 'inventory', 'notifier', 'orders', 'payments']
const arrival = 30_000
let begin: number
let shop: Shop
let prometheus: string
let loki: string
let jaeger: string

beforeAll(async () => {
  shop = await theShop()
  begin = Date.now()
  prometheus = shop.url('prometheus')
  loki = shop.url('loki')
  jaeger = shop.url('jaeger')
})

/** Rejects until the trace has spans of all services that an order crosses. */
async function expectTrace(traceId: string): Promise<void> {
  const spans = await findTrace(jaeger, traceId)
  expect(spans.map(({ service }) => service)).toEqual(expect.arrayContaining(crossed))
}

/** Rejects until each of those services has said something in the trace. */
async function expectLines(traceId: string): Promise<void> {
  const lines = await queryLoki(loki, `{service_name=~".+"} | trace_id="${traceId}"`)
  expect(lines.map(({ fields }) => fields.service_name)).toEqual(expect.arrayContaining(crossed))
}

test('takes the load of k6 without a failed request', async () => {
  expect(await shop.load()).toBe(0)
})

test('every service is up in Prometheus, under its own name', async () => {
  const names = shop.services.map(({ name }) => name).toSorted()
  expect(names).toEqual(shopServices.map(({ name }) => name).toSorted())
  await eventually('all targets to be up', arrival, async () => {
    const targets = await queryPrometheus(prometheus, 'up == 1')
    expect(targets.map(({ metric }) => metric.job)).toEqual(
      expect.arrayContaining([...names, 'prometheus', 'alertmanager', 'loki', 'jaeger']),
    )
  })
})

/** Trace ids of exemplars that were made during this test, the newest first. */
async function exemplarTraces(selector: string): Promise<string[]> {
  const exemplars = await queryExemplars(prometheus, `http_server_request_duration_seconds_bucket${selector}`)
  const fresh = exemplars.filter(({ timestamp }) => timestamp * 1000 > begin)
  if (fresh.length === 0) throw new Error(`None of ${exemplars.length} exemplars is from this test.`)
  return fresh.toSorted((one, other) => other.timestamp - one.timestamp).map(({ labels }) => labels.trace_id ?? '')
}

test('every service that takes requests has exemplars in Prometheus', async () => {
  for (const name of crossed) {
    const traces = await eventually(`exemplars of ${name}`, arrival, () => exemplarTraces(`{job="${name}"}`))
    for (const trace of traces) expect(trace).toMatch(/^[0-9a-f]{32}$/)
  }
})

test('an exemplar leads to its trace across all services, and that to the log lines of each', async () => {
  const orders = '{job="gateway",http_route="/api/orders",http_response_status_code="201"}'
  const [traceId = ''] = await eventually('an exemplar of an order', arrival, () => exemplarTraces(orders))
  await eventually(`the trace ${traceId}`, arrival, () => expectTrace(traceId))
  await eventually(`the lines of ${traceId}`, arrival, () => expectLines(traceId))
})

test('an order is soon visible in all three backends', async () => {
  const traceId = await placeOrder(shop.url('gateway'))
  const begin = performance.now()
  const orders = shop.services.find(({ name }) => name === 'orders')?.metrics ?? ''
  const counted = await sampleSum(orders, /^shop_orders_total\{.*outcome="confirmed".*\} (\S+)$/gm)
  expect(counted).toBeGreaterThan(0)
  const seconds = async (what: string, attempt: () => Promise<void>) => {
    await eventually(what, arrival, attempt)
    return ((performance.now() - begin) / 1000).toFixed(1)
  }
  const [metrics, trace, lines] = await Promise.all([
    seconds('the order in Prometheus', async () => {
      const [sum] = await queryPrometheus(prometheus, 'sum(shop_orders_total{job="orders",outcome="confirmed"})')
      expect(sum?.value).toBeGreaterThanOrEqual(counted)
    }),
    seconds('the order in Jaeger', () => expectTrace(traceId)),
    seconds('the order in Loki', () => expectLines(traceId)),
  ])
  console.log(`An order was visible after ${metrics} s in Prometheus, ${trace} s in Jaeger, ${lines} s in Loki.`)
})

test('nothing unbounded became a label in Prometheus', async () => {
  const services = `{job=~"${shop.services.map(({ name }) => name).join('|')}"}`
  const labels = await prometheusLabels(prometheus, services)
  const unknown = labels.filter((label) => !(label in mostValues))
  expect(unknown, 'labels that ops/test/labels.ts does not know').toEqual([])
  for (const label of labels) {
    const values = await labelValues(prometheus, label, services)
    expect(values.length, `values of ${label}: ${values.join(', ')}`).toBeLessThanOrEqual(mostValues[label] ?? 0)
  }
})

test('nothing unbounded became a label in Loki', async () => {
  const labels = await lokiLabels(loki)
  expect(['deployment_environment_name', 'service_name']).toEqual(expect.arrayContaining(labels))
  const streams = await lokiStreams(loki)
  expect(new Set(streams.map(({ service_name }) => service_name)).size).toBe(streams.length)
})

test('promtool finds no fault with the metrics of any service', async () => {
  const promtool = await requireTool('promtool')
  for (const { name, metrics } of shop.services) {
    const input = await (await fetch(metrics ?? '')).text()
    const { exitCode, all } = await execa(promtool, ['check', 'metrics'], { input, all: true, reject: false })
    expect({ name, exitCode, all }).toEqual({ name, exitCode: 0, all: '' })
  }
})
