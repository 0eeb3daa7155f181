/**
 * From a request to all three backends, and from each signal to the next: the exemplar of a latency leads to its trace, the
 * trace to the log lines of every service it crossed.
 */

import { eventually } from '@lab/test-kit/eventually'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  findPerformance,
  findTrace,
  lokiLabels,
  lokiStreams,
  queryExemplars,
  queryLoki,
  queryPrometheus,
} from './queries.ts'
import { Stack } from './stack.ts'

const arrival = 10_000
let stack: Stack
let prometheus: string
let loki: string
let jaeger: string

beforeAll(async () => {
  stack = await Stack.start()
  prometheus = stack.backend('prometheus').url
  loki = stack.backend('loki').url
  jaeger = stack.backend('jaeger').url
  for (let id = 1; id <= 20; id += 1) await fetch(`${stack.frontUrl}/greetings/${id}`)
})

afterAll(() => stack?.stop())

test('every service and every backend is up in Prometheus, under its own name', async () => {
  await eventually('all targets to be up', 25_000, async () => {
    const targets = await queryPrometheus(prometheus, 'up == 1')
    const jobs = targets.map(({ metric }) => metric.job).toSorted()
    expect(jobs).toEqual(['alertmanager', 'back', 'front', 'jaeger', 'loki', 'prometheus', 'spanmetrics'])
  })
})

test('an exemplar leads to its trace in Jaeger, and that to the log lines of both services in Loki', async () => {
  const traceId = await eventually('an exemplar', arrival, async () => {
    const exemplars = await queryExemplars(
      prometheus,
      'http_server_request_duration_seconds_bucket{job="front",http_response_status_code="200"}',
    )
    const [exemplar] = exemplars
    if (!exemplar?.labels.trace_id) throw new Error(`there is none among ${JSON.stringify(exemplars)}`)
    return exemplar.labels.trace_id
  })
  const spans = await eventually('its trace', arrival, () => findTrace(jaeger, traceId))
  expect(spans.map(({ service, operationName }) => `${service}: ${operationName}`).toSorted()).toEqual([
    'back: GET /greetings/:id',
    'front: GET',
    'front: GET /greetings/:id',
  ])
  const query = `{service_name=~"front|back"} | trace_id="${traceId}"`
  await eventually('its log lines', arrival, async () => {
    const lines = await queryLoki(loki, query)
    expect(lines.map(({ fields, text }) => `${fields.service_name}: ${text}`).toSorted()).toEqual([
      'back: greeting',
      'back: request completed',
      'front: greeting',
      'front: request completed',
    ])
  })
})

test('only bounded fields became labels in Loki; all others are structured metadata', async () => {
  expect(await lokiLabels(loki)).toEqual(['deployment_environment_name', 'service_name'])
  expect(await lokiStreams(loki)).toHaveLength(2)
  const [line] = await queryLoki(loki, '{service_name="back"} |= "greeting" | greeted="20"')
  expect(line?.fields).toMatchObject({ service_version: '1.0.0', severity_text: 'info', detected_level: 'info' })
})

test('a failure is an error in all three', async () => {
  const [failed] = await eventually('the log line', arrival, async () => {
    const lines = await queryLoki(loki, '{service_name="back"} | detected_level="error"')
    expect(lines).not.toHaveLength(0)
    return lines
  })
  const traceId = failed?.fields.trace_id ?? ''
  const spans = await findTrace(jaeger, traceId)
  expect(spans.some(({ service, logs }) => service === 'back' && logs.length > 0)).toBe(true)
  const failures = 'sum by (job) (http_server_request_duration_seconds_count{http_response_status_code="500"})'
  await eventually('the failed requests in Prometheus', arrival, async () => {
    const series = await queryPrometheus(prometheus, failures)
    expect(series.map(({ metric, value }) => [metric.job, value])).toEqual(
      expect.arrayContaining([
        ['front', 2],
        ['back', 2],
      ]),
    )
  })
})

describe('service performance from spans', () => {
  test('is in Prometheus, by service and operation', async () => {
    const query = 'traces_span_metrics_calls_total{span_kind="SPAN_KIND_SERVER",status_code="STATUS_CODE_UNSET"}'
    await eventually('the calls of both services', 30_000, async () => {
      const series = await queryPrometheus(prometheus, query)
      expect(series.map(({ metric }) => metric.service_name).toSorted()).toEqual(['back', 'front'])
      const [{ metric }] = series as [(typeof series)[number]]
      expect(Object.keys(metric).toSorted()).toEqual(
        ['__name__', 'instance', 'job', 'service_name', 'span_kind', 'span_name', 'status_code'].toSorted(),
      )
    })
  })

  test.for(['calls', 'latencies', 'errors'] as const)('%s are answered by Jaeger', async (metric) => {
    let id = 100
    await eventually(`points of ${metric}`, 40_000, async () => {
      // A rate needs growth between two scrapes.
      await fetch(`${stack.frontUrl}/greetings/${id++}`)
      const points = await findPerformance(jaeger, metric, 'back')
      expect(points.filter((value) => value > 0)).not.toHaveLength(0)
    })
  })
})

test('the console is sent what Jaeger and Loki get', async () => {
  await eventually('spans and log lines at the console', arrival, async () => {
    const paths = new Set(stack.console.received.map(({ path }) => path))
    expect([...paths].toSorted()).toEqual(['/v1/logs', '/v1/traces'])
  })
})
