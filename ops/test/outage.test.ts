/**
 * Each backend is killed under traffic and started again: the services answer as if nothing had happened, and what they
 * said meanwhile arrives late but whole.
 */

import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@lab/test-kit/eventually'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { countTraces, queryLoki, queryPrometheus } from './queries.ts'
import { Stack } from './stack.ts'

/** Milliseconds of traffic without the backend. */
const outage = 3000
const recovery = 30_000
let stack: Stack
let sent = 0

beforeAll(async () => {
  stack = await Stack.start()
})

afterAll(() => stack?.stop())

/** Requests one after the other until `work` is done; none may fail. */
async function underTraffic(work: () => Promise<void>): Promise<void> {
  let done = false
  const traffic = async () => {
    while (!done) {
      const response = await fetch(`${stack.frontUrl}/greetings/1`)
      expect(response.status).toBe(200)
      sent += 1
      await delay(20)
    }
  }
  const finished = work().finally(() => {
    done = true
  })
  await Promise.all([finished, traffic()])
}

async function killAndRestart(name: string): Promise<void> {
  const backend = stack.backend(name)
  await underTraffic(async () => {
    await delay(1500)
    await backend.kill()
    await delay(outage)
    await backend.start()
  })
}

test('Jaeger: no trace is missing', async () => {
  await killAndRestart('jaeger')
  await eventually(`${sent} traces`, recovery, async () => {
    expect(await countTraces(stack.backend('jaeger').url, 'front')).toBe(sent)
  })
})

test('Loki: no line is missing, and none is there twice', async () => {
  await killAndRestart('loki')
  await eventually(`${sent} lines`, recovery, async () => {
    const lines = await queryLoki(stack.backend('loki').url, '{service_name="front"} |= "greeting"')
    expect(lines).toHaveLength(sent)
  })
})

test('Prometheus: counts go on where they were', async () => {
  await killAndRestart('prometheus')
  await eventually(`a count of ${sent} requests`, recovery, async () => {
    const query = 'sum(http_server_request_duration_seconds_count{job="front"})'
    const [count] = await queryPrometheus(stack.backend('prometheus').url, query)
    expect(count?.value).toBe(sent)
  })
})

test('Alertmanager: it comes back', async () => {
  await killAndRestart('alertmanager')
})

test('the services dropped nothing', async () => {
  await eventually('a scrape', recovery, async () => {
    const dropped = await queryPrometheus(stack.backend('prometheus').url, 'sum(observe_dropped_total)')
    expect(dropped.map(({ value }) => value)).toEqual([0])
  })
})
