/**
 * Names of meters and instruments that come from input: what is kept is bounded, and what was there before is collected.
 */
import { DiagLogLevel, diag } from '@opentelemetry/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MAX_INSTRUMENTS, MAX_METERS, MAX_OF_METER } from './instrument-limit.ts'
import { Metrics } from './metrics.ts'

const logged: string[] = []
beforeEach(() => {
  logged.length = 0
  const error = (message: string): void => void logged.push(message)
  diag.setLogger({ error, warn: error, info: error, debug: error, verbose: error }, DiagLogLevel.ERROR)
})
afterEach(() => diag.disable())

function metricsOf(): Metrics {
  return new Metrics({ resource: {}, maxSeries: 10, buckets: [1] })
}

async function namesIn(metrics: Metrics): Promise<string[]> {
  const { scopeMetrics } = await metrics.read()
  return scopeMetrics.flatMap((scope) => scope.metrics.map(({ descriptor }) => descriptor.name))
}

test('instruments of the service are bounded', async () => {
  const metrics = metricsOf()
  for (let index = 0; index < MAX_INSTRUMENTS + 100; index += 1) metrics.counter(`c${index}`).add(1)
  expect(await namesIn(metrics)).toHaveLength(MAX_INSTRUMENTS)
  metrics.counter('c0').add(1)
  expect(logged).toEqual([
    expect.stringMatching(/more than 10000 instruments: "c10000" .*a name must not come from input/),
  ])
})

test('a meter with names without end leaves the others alone', async () => {
  const metrics = metricsOf()
  const careless = metrics.provider.getMeter('careless')
  let runs = 0
  for (let index = 0; index < 3 * MAX_INSTRUMENTS; index += 1) {
    const gauge = careless.createObservableGauge(`g${index}`)
    const count = (): void => {
      runs += 1
    }
    if (index % 2 === 0) gauge.addCallback(count)
    else careless.addBatchObservableCallback(count, [gauge])
  }
  metrics.provider.getMeter('neighbour').createCounter('neighbours').add(1)
  const names = await namesIn(metrics)
  expect(names).toHaveLength(MAX_OF_METER + 1)
  expect(names).toContain('neighbours')
  expect(runs).toBe(MAX_OF_METER)
  expect(logged).toHaveLength(1)
})

test('meters with names without end are bounded, and take no room of instruments', async () => {
  const metrics = metricsOf()
  const neighbour = metrics.provider.getMeter('neighbour')
  for (let index = 0; index < 3 * MAX_INSTRUMENTS; index += 1) {
    metrics.provider.getMeter(`m${index}`).createCounter('c').add(1)
  }
  neighbour.createCounter('neighbours').add(1)
  const names = await namesIn(metrics)
  expect(names).toHaveLength(MAX_METERS)
  expect(names).toContain('neighbours')
  expect(logged).toEqual([expect.stringContaining('more than 1000 meters: "m999"')])
})
