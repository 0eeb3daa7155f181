/**
 * What a scraper gets: names, units, labels and exemplars, read by a strict parser in both formats.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { metrics as api, ValueType } from '@opentelemetry/api'
import { afterEach, describe, expect, test } from 'vitest'
import { sendRequest } from '../../../test/raw-client.ts'
import { parseMetrics, sampleValue } from '../../../test/strict-metrics.ts'
import { HTTP_BUCKETS } from '../../conventions/names.ts'
import { adminListener, observe } from '../../index.ts'
import { createTestObserve } from '../../testing.ts'
import { yieldToEventLoop } from '../../time/yield-to-event-loop.ts'
import type { Observe } from '../../types.ts'
import { Metrics } from '../metrics.ts'
import { exposition } from './exposition.ts'

const OPENMETRICS = 'application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.3'
let obs: Observe | undefined

afterEach(async () => {
  await obs?.shutdown()
  obs = undefined
})

/** Metrics with one histogram of so many series. */
function metricsWith(series: number): Metrics {
  const metrics = new Metrics({ resource: {}, maxSeries: series, buckets: HTTP_BUCKETS })
  const work = metrics.histogram('work', { unit: 's' }, () => undefined)
  for (let index = 0; index < series; index += 1) work.record((index % 17) / 3, { route: `/r${index}/"ü"`, index })
  return metrics
}

async function scrapeBoth(instance: Observe) {
  const open = await instance.scrape(OPENMETRICS)
  const text = await instance.scrape()
  expect(open.contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8')
  expect(text.contentType).toBe('text/plain; version=0.0.4; charset=utf-8')
  return { open: parseMetrics(open.body, 'openmetrics'), text: parseMetrics(text.body, 'text') }
}

describe('exposition', () => {
  test('names metrics as the compatibility specification says', async () => {
    obs = createTestObserve({ service: 'orders', version: '1.2.3' })
    obs.counter('orders.placed', { description: 'Orders.', unit: '{order}' }).add(2, { outcome: 'confirmed' })
    obs.counter('bytes.sent.total', { unit: 'By' }).add(5)
    obs.gauge('queue.fill', { unit: '1' }).record(0.5)
    obs.gauge('speed', { unit: 'By/s' }).record(7)
    obs.histogram('job.duration', { unit: 's', buckets: [1, 2] }).record(1.5)
    const { open, text } = await scrapeBoth(obs)
    for (const families of [open, text]) {
      expect(sampleValue(families, 'orders_placed_total', { outcome: 'confirmed' })).toBe(2)
      expect(sampleValue(families, 'bytes_sent_bytes_total')).toBe(5)
      expect(sampleValue(families, 'queue_fill_ratio')).toBe(0.5)
      expect(sampleValue(families, 'speed_bytes_per_second')).toBe(7)
      expect(sampleValue(families, 'job_duration_seconds_bucket', { le: '+Inf' })).toBe(1)
      expect(sampleValue(families, 'target_info', { service_name: 'orders', service_version: '1.2.3' })).toBe(1)
    }
    expect(open.get('job_duration_seconds')?.unit).toBe('seconds')
    expect(sampleValue(open, 'job_duration_seconds_bucket', { le: '2.0' })).toBe(1)
    expect(sampleValue(text, 'job_duration_seconds_bucket', { le: '2' })).toBe(1)
    expect(open.get('orders_placed')?.help).toBe('Orders.')
  })

  test('escapes whatever a label or a description holds', async () => {
    obs = createTestObserve()
    const nasty = 'a"b\\c\nd} 1\n# TYPE x counter\ud800'
    obs.counter('nasty', { description: nasty }).add(1, { [`l"${'\n'}x`]: nasty, __proto__x: 'p' })
    const { open, text } = await scrapeBoth(obs)
    for (const families of [open, text]) {
      expect(sampleValue(families, 'nasty_total', { l_x: nasty.toWellFormed() })).toBe(1)
    }
  })

  test('puts the trace of a measurement on its bucket', async () => {
    const local = createTestObserve()
    obs = local
    const histogram = local.histogram('work', { unit: 's', buckets: [1, 2] })
    local.span('outer', () => histogram.record(1.5))
    histogram.record(0.5)
    const { open } = await scrapeBoth(local)
    const buckets = open.get('work_seconds')?.samples.filter((sample) => sample.name.endsWith('_bucket')) ?? []
    expect(buckets.map((sample) => sample.exemplar?.labels)).toEqual([
      undefined,
      { trace_id: local.spans[0]?.traceId, span_id: local.spans[0]?.spanId },
      undefined,
    ])
  })

  test('points to sampled traces alone, within the 128 characters that OpenMetrics allows', async () => {
    const local = createTestObserve({ listen: true, log: { level: 'silent' } })
    obs = local
    const histogram = local.histogram('work', { unit: 's', buckets: [1] })
    const server = createServer((_, response) => {
      histogram.record(0.5)
      response.end()
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const exemplars = async (flags: string) => {
      const { status } = await sendRequest(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
        path: '/',
        headers: { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-${flags}` },
      })
      expect(status).toBe(200)
      const families = [...(await scrapeBoth(local)).open.values()]
      return families.flatMap(({ samples }) => samples.flatMap(({ exemplar }) => exemplar ?? []))
    }
    expect(await exemplars('00')).toEqual([])
    const found = await exemplars('01')
    server.close()
    expect(found.length).toBeGreaterThan(0)
    for (const { labels } of found) {
      expect(labels.trace_id).toBe('a'.repeat(32))
      expect(Object.entries(labels).flat().join('').length).toBeLessThanOrEqual(128)
    }
  })

  test('caps the series of an instrument and counts what it overflowed', async () => {
    obs = createTestObserve({ metrics: { maxSeries: 3 } })
    const counter = obs.counter('visits')
    for (let index = 0; index < 10; index += 1) counter.add(1, { user: `u${index}` })
    counter.add(1, { user: 'u0' })
    const { text } = await scrapeBoth(obs)
    expect(text.get('visits_total')?.samples).toHaveLength(4)
    expect(sampleValue(text, 'visits_total', { user: 'u0' })).toBe(2)
    expect(sampleValue(text, 'visits_total', { otel_metric_overflow: 'true' })).toBe(7)
    expect(sampleValue(text, 'observe_series_overflow_total', { instrument: 'visits' })).toBe(7)
  })

  test('counts one series whatever the order of its attributes', async () => {
    obs = createTestObserve()
    obs.counter('c').add(1, { a: 1, b: 2 })
    obs.counter('c').add(1, { b: 2, a: 1 })
    const { text } = await scrapeBoth(obs)
    expect(sampleValue(text, 'c_total', { a: '1', b: '2' })).toBe(2)
  })

  test('includes what others record through the OpenTelemetry API, distinguished by scope under one name', async () => {
    obs = observe({ service: 'api', traces: false, admin: false, log: { level: 'silent' } })
    api.getMeter('one').createCounter('shared').add(1)
    api.getMeter('two').createCounter('shared').add(2)
    api.getMeter('one').createUpDownCounter('level', { unit: '{thing}' }).add(-3)
    const { open, text } = await scrapeBoth(obs)
    for (const families of [open, text]) {
      expect(sampleValue(families, 'shared_total', { otel_scope_name: 'one' })).toBe(1)
      expect(sampleValue(families, 'shared_total', { otel_scope_name: 'two' })).toBe(2)
      expect(sampleValue(families, 'level')).toBe(-3)
    }
  })

  test('tells two versions of one scope apart', async () => {
    obs = observe({ service: 'api', traces: false, admin: false, log: { level: 'silent' } })
    for (const [version, value] of [
      ['', 1],
      ['1.0', 2],
      ['2.0', 4],
    ] as const)
      api.getMeter('one', version).createCounter('shared').add(value)
    const { open, text } = await scrapeBoth(obs)
    for (const families of [open, text]) {
      const samples = families.get(families === open ? 'shared' : 'shared_total')?.samples ?? []
      expect(samples.map(({ labels, value }) => [labels.otel_scope_version, value])).toEqual([
        [undefined, 1],
        ['1.0', 2],
        ['2.0', 4],
      ])
    }
  })

  test('leaves out an instrument whose name is taken, and says so once', async () => {
    const lines: string[] = []
    obs = observe({
      service: 'api',
      traces: false,
      admin: false,
      log: { destination: { write: (line: string) => void lines.push(JSON.parse(line).msg) } },
    })
    const meter = api.getMeter('one')
    meter.createCounter('a.b').add(1)
    meter.createCounter('a_b').add(2)
    meter.createGauge('a/b').record(3)
    meter.createHistogram('took').record(4)
    meter.createGauge('took.count').record(5)
    meter.createCounter('whole').add(6)
    meter.createCounter('whole', { valueType: ValueType.INT }).add(7)
    obs.counter('ours').add(8)
    meter.createGauge('ours').record(9)
    api.getMeter('two').createCounter('a.b').add(10)
    for (const _ of [1, 2]) {
      const { open, text } = await scrapeBoth(obs)
      for (const families of [open, text]) {
        expect(sampleValue(families, 'a_b_total', { otel_scope_name: 'one' })).toBe(1)
        expect(sampleValue(families, 'a_b_total', { otel_scope_name: 'two' })).toBe(10)
        expect(sampleValue(families, 'took_count')).toBe(1)
        expect(sampleValue(families, 'whole_total')).toBe(6)
        expect(sampleValue(families, 'ours_total')).toBe(8)
      }
    }
    const told = (leftOut: string, name: string, kept: string): string =>
      `the ${leftOut} is not in /metrics: its name there, "${name}", conflicts with the ${kept}. Give one of them another name.`
    expect(lines).toEqual([
      told('counter "a_b" of "one"', 'a_b', 'counter "a.b" of "one"'),
      told('gauge "a/b" of "one"', 'a_b', 'counter "a.b" of "one"'),
      told('gauge "took.count" of "one"', 'took_count', 'histogram "took" of "one"'),
      told('counter "whole" of "one"', 'whole', 'counter "whole" of "one"'),
      told('gauge "ours" of "one"', 'ours', 'counter "ours" of "@lab/observe"'),
    ])
  })

  test.each(['text', 'openmetrics'] as const)('is the same in slices as in one piece: %s', async (format) => {
    const metrics = metricsWith(2000)
    const read = await metrics.read()
    const whole = [...exposition(read, format, { sliceLines: Number.POSITIVE_INFINITY })]
    expect(whole).toHaveLength(1)
    const slices: string[] = []
    for await (const slice of yieldToEventLoop(exposition(read, format))) slices.push(slice)
    expect(slices.length).toBeGreaterThan(10)
    expect(slices.join('')).toBe(whole[0])
    expect(slices.every((slice) => slice === '' || slice.endsWith('\n'))).toBe(true)
    // Also where the last line is the last of a slice.
    for (const lines of [1, 2, 17]) expect([...exposition(read, format, { sliceLines: lines })].join('')).toBe(whole[0])
  })

  test('lets requests be answered while 100,000 series are written, and serves them whole', async () => {
    const local = createTestObserve({ metrics: { maxSeries: 8000 } })
    obs = local
    const work = local.histogram('work', { unit: 's' })
    for (let index = 0; index < 7000; index += 1) work.record((index % 17) / 3, { route: `/r${index}/"ü"`, index })
    const server = createServer(adminListener(local))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/metrics`
    let turns = 0
    let isScraping = true
    const count = (): void => {
      turns += 1
      if (isScraping) setImmediate(count)
    }
    setImmediate(count)
    const { body } = await local.scrape(OPENMETRICS)
    isScraping = false
    expect(turns).toBeGreaterThan(3)
    const served = await (await fetch(url, { headers: { accept: OPENMETRICS } })).text()
    const own = (text: string): string[] => text.split('\n').filter((line) => line.startsWith('work_seconds'))
    expect(own(served)).toHaveLength(7000 * 17)
    expect(own(served).join('\n')).toBe(own(body).join('\n'))
    parseMetrics(served, 'openmetrics')
    server.close()
    server.closeAllConnections()
  })

  test('describes every metric of the runtime', async () => {
    obs = createTestObserve()
    const { text } = await scrapeBoth(obs)
    for (const name of [
      'nodejs_eventloop_utilization_ratio',
      'v8js_memory_heap_used_bytes',
      'v8js_memory_heap_limit_bytes',
      'process_cpu_time_seconds_total',
      'process_memory_usage_bytes',
      'process_uptime_seconds',
      'nodejs_active_resources',
    ]) {
      expect(text.get(name)?.help, name).toBeTruthy()
      expect(text.get(name)?.samples.length, name).toBeGreaterThan(0)
    }
  })

  test('refuses a name that is taken by another kind, and one that is no name', () => {
    const local = createTestObserve()
    obs = local
    local.counter('things')
    expect(() => local.gauge('things')).toThrow('"things" is already an instrument of another kind')
    local.counter('a.b')
    expect(() => local.counter('a-b.total')).toThrow('"a-b.total" would be "a_b" in /metrics, as "a.b" is')
    local.histogram('took')
    expect(() => local.gauge('took.count')).toThrow('"took.count" would be "took_count" in /metrics, as "took" is')
    expect(() => local.counter('1st')).toThrow('"1st" is not a metric name')
    expect(() => local.histogram('h', { buckets: [2, 1] })).toThrow('the buckets of h must be positive and ascending')
  })
})
