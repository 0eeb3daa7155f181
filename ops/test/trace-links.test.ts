/**
 * Where Grafana's links lead from a span: its queries, filled in with the fields of the span in Jaeger, have answers.
 */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '@lab/test-kit/eventually'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { placeOrder } from './order.ts'
import { queryLoki, queryPrometheus } from './queries.ts'
import { type Shop, theShop } from './shop.ts'

const arrival = 60_000
const tag = z.object({ key: z.string(), value: z.unknown() })
const span = z.object({ spanID: z.string(), operationName: z.string(), processID: z.string(), tags: z.array(tag) })
const process = z.object({ serviceName: z.string(), tags: z.array(tag) })
const traceSchema = z.object({
  data: z.array(z.object({ traceID: z.string(), spans: z.array(span), processes: z.record(z.string(), process) })),
})

const datasources = z.object({
  datasources: z.array(
    z.object({
      uid: z.string(),
      jsonData: z.object({
        tracesToLogsV2: z.object({ query: z.string() }).optional(),
        tracesToMetrics: z
          .object({
            tags: z.array(z.object({ key: z.string(), value: z.string() })),
            queries: z.array(z.object({ name: z.string(), query: z.string() })),
          })
          .optional(),
      }),
    }),
  ),
})
const file = join(import.meta.dirname, '..', 'grafana', 'provisioning', 'datasources', 'datasources.yml')
const provisioned = datasources.parse(parse((await readFile(file, 'utf8')).replaceAll('$$', '$')))
const jaeger = provisioned.datasources.find(({ uid }) => uid === 'jaeger')?.jsonData
const toLogs = jaeger?.tracesToLogsV2?.query ?? ''
const toMetrics = jaeger?.tracesToMetrics ?? { tags: [], queries: [] }

let shop: Shop
let traceId: string

beforeAll(async () => {
  shop = await theShop()
  traceId = await placeOrder(shop.url('gateway'))
})

interface Clicked {
  readonly spanId: string
  /** Of the span and of its process, as Grafana puts them together. */
  readonly tags: Readonly<Record<string, string>>
}

async function click(service: string, operation: string): Promise<Clicked> {
  const answer = await (await fetch(`${shop.url('jaeger')}/api/traces/${traceId}`)).text()
  const [trace] = traceSchema.parse(JSON.parse(answer)).data
  const found = trace?.spans.find(
    ({ processID, operationName }) =>
      trace.processes[processID]?.serviceName === service && operationName === operation,
  )
  if (!trace || !found) throw new Error(`The trace ${traceId} has no span "${operation}" of ${service}.`)
  const tags = [...(trace.processes[found.processID]?.tags ?? []), ...found.tags]
  return { spanId: found.spanID, tags: Object.fromEntries(tags.map(({ key, value }) => [key, String(value)])) }
}

/** As Grafana does. https://grafana.com/docs/grafana/latest/datasources/jaeger/ */
function filled(query: string, { spanId, tags }: Clicked): string {
  const mapped = toMetrics.tags.filter(({ key }) => key in tags).map(({ key, value }) => `${value}="${tags[key]}"`)
  return query
    .replaceAll(/\$\{__trace\.traceId\}/g, traceId)
    .replaceAll(/\$\{__span\.spanId\}/g, spanId)
    .replaceAll(/\$\{__span\.tags\["(.+?)"\]\}/g, (_, key: string) => tags[key] ?? '')
    .replaceAll('$__tags', mapped.join(', '))
    .replaceAll('$__rate_interval', '20s')
}

test('a span leads to the log lines of its trace, and marks its own', async () => {
  await eventually('the lines', arrival, async () => {
    const lines = await queryLoki(shop.url('loki'), filled(toLogs, await click('orders', 'POST /orders')))
    const services = new Set(lines.map(({ fields }) => fields.service_name))
    expect([...services].toSorted()).toEqual(expect.arrayContaining(['gateway', 'inventory', 'orders', 'payments']))
    const marked = lines.filter(({ text }) => text.startsWith('> ')).map(({ text }) => text)
    expect(marked).toContain('> orders: request completed')
    expect(marked.every((text) => text.startsWith('> orders: '))).toBe(true)
  })
})

describe('a span leads to the metrics', () => {
  test.for(toMetrics.queries.filter(({ name }) => !name.startsWith('Failed')))(
    '$name, of its route',
    async ({ query }) => {
      await eventually('a value', arrival, async () => {
        const expr = filled(query, await click('orders', 'POST /orders'))
        expect(expr).toContain('http_route="/orders"')
        const [series] = await queryPrometheus(shop.url('prometheus'), expr)
        expect(series?.value).toBeGreaterThan(0)
      })
    },
  )

  test.for(toMetrics.queries)('$name, and asks what can be asked for a span without a route', async ({ query }) => {
    const clicked = await eventually('the span', arrival, () => click('gateway', 'POST'))
    const expr = filled(query, clicked)
    const answer = await fetch(`${shop.url('prometheus')}/api/v1/query?${new URLSearchParams({ query: expr })}`)
    expect(await answer.text()).toContain('"status":"success"')
  })
})
