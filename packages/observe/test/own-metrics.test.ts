/**
 * What one reaches for besides `add` and `record`: durations of a function or between two places, gauges that are read when the metrics
 * are, and labels of every series.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { createObserve } from '../src/index.ts'
import { createTestObserve, type TestObserve } from '../src/testing.ts'
import { parseMetrics } from './strict-metrics.ts'

let obs: TestObserve | undefined
afterEach(async () => {
  await obs?.shutdown()
  obs = undefined
})

function begin(metrics?: { labels: Record<string, string> }): TestObserve {
  obs = createTestObserve(metrics && { metrics })
  return obs
}

async function series(name: string): Promise<[Record<string, string>, number][]> {
  const families = parseMetrics((await obs?.scrape())?.body ?? '', 'text')
  const samples = [...families.values()].flatMap((family) => family.samples).filter((sample) => sample.name === name)
  return samples.map(({ labels, value }) => [labels, value])
}

test('time() records how long a function took, and what it threw', async () => {
  const took = begin().histogram('render.duration', { unit: 's' })
  expect(took.time(() => 7, { template: 'cart' })).toBe(7)
  expect(await took.time(async () => sleep(30, 'page'), { template: 'slow' })).toBe('page')
  const refuse = (): never => {
    throw new TypeError('refused')
  }
  expect(() => took.time(refuse)).toThrow('refused')
  await expect(took.time(async () => refuse())).rejects.toThrow('refused')
  expect(await series('render_duration_seconds_count')).toEqual([
    [{ template: 'cart' }, 1],
    [{ template: 'slow' }, 1],
    [{ error_type: 'TypeError' }, 2],
  ])
  const [, [, slow = 0] = []] = await series('render_duration_seconds_sum')
  expect(slow).toBeGreaterThan(0.025)
  expect(slow).toBeLessThan(10)
})

test('a timer records once, in the unit of its histogram, with the attributes of both ends', async () => {
  const stop = begin().histogram('job.duration', { unit: 'ms' }).startTimer({ queue: 'receipts' })
  await sleep(30)
  stop({ outcome: 'sent' })
  stop({ outcome: 'again' })
  const [[labels, value] = [{}, 0], ...more] = await series('job_duration_milliseconds_sum')
  expect(more).toEqual([])
  expect(labels).toEqual({ queue: 'receipts', outcome: 'sent' })
  expect(value).toBeGreaterThan(25)
})

test('a unit that is none of time is rejected and counted', async () => {
  expect(
    begin()
      .histogram('size', { unit: 'By' })
      .time(() => 'done'),
  ).toBe('done')
  expect(await series('size_bytes_count')).toEqual([])
  expect(await series('observe_measurements_rejected_total')).toContainEqual([{ instrument: 'size' }, 1])
})

test('a gauge that is read has what it recorded last, and no more', async () => {
  let waiting = new Map([
    ['a', 1],
    ['b', 2],
  ])
  let broken = false
  const known = begin()
  known.gauge('jobs.waiting', { unit: '{job}' }, (gauge) => {
    if (broken) throw new Error('broken')
    for (const [queue, count] of waiting) gauge.record(count, { queue })
  })
  known.gauge('jobs.done', {}, async (gauge) => {
    await sleep(1)
    gauge.record(3)
  })
  expect(await series('jobs_waiting')).toEqual([
    [{ queue: 'a' }, 1],
    [{ queue: 'b' }, 2],
  ])
  expect(await series('jobs_done')).toEqual([[{}, 3]])
  waiting = new Map([['b', 5]])
  expect(await series('jobs_waiting')).toEqual([[{ queue: 'b' }, 5]])
  broken = true
  expect(await series('jobs_waiting')).toEqual([[{ queue: 'b' }, 5]])
  expect(() => known.gauge('jobs.waiting')).toThrow('another kind')
  expect(() => known.gauge('other', {}, 'no function' as never)).toThrow('needs a function')
})

test('labels of every series; one that has the label keeps its own', async () => {
  const known = begin({ labels: { team: 'shop', zone: 'a"b' } })
  known.counter('orders').add(1, { zone: 'own', note: ',team="' })
  known.histogram('took', { unit: 's' }).record(1)
  expect(await series('orders_total')).toEqual([[{ note: ',team="', zone: 'own', team: 'shop' }, 1]])
  expect(await series('took_seconds_count')).toEqual([[{ team: 'shop', zone: 'a"b' }, 1]])
  expect((await series('process_uptime_seconds'))[0]?.[0]).toMatchObject({ team: 'shop' })
})

test.each([{ le: '1' }, { 'a-b': 'x' }, { __name__: 'x' }, { team: 7 as never }])('%j are no labels', (labels) => {
  expect(() => createObserve({ service: 'x', metrics: { labels } })).toThrow(RangeError)
})

test('without metrics the functions run all the same', () => {
  const off = createObserve({ service: 'off', metrics: false, admin: false, traces: false })
  const took = off.histogram('took', { unit: 's' })
  expect(took.time(() => 7)).toBe(7)
  expect(took.startTimer()()).toBeUndefined()
  expect(off.gauge('level', {}, () => undefined)).toBeUndefined()
})
