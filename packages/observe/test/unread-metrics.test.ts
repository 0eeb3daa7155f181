/**
 * Metrics that no reader takes, with ever new labels: their memory is bounded, by whichever way they would be taken.
 */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NO_LISTENER_URL } from '@lab/test-kit/otlp-receiver'
import { afterEach, expect, test } from 'vitest'
import { startHanging } from './hanging.ts'
import { startProgram } from './program.ts'

const LIMIT_BYTES = 10 * 1024 * 1024
const file = fileURLToPath(new URL('programs/unread-metrics.ts', import.meta.url))
const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanUp.splice(0)) await clean()
})

/** Runs the program; its metrics are pushed after each round, or wait for a scrape that never comes. */
async function growth(endpoint: string | undefined): Promise<number> {
  const flags = ['--expose-gc', '--experimental-strip-types', '--disable-warning=ExperimentalWarning']
  const push = { OTEL_METRICS_EXPORTER: 'otlp', OTEL_METRIC_EXPORT_INTERVAL: '100' }
  const env = endpoint === undefined ? {} : { ...push, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }
  const program = startProgram(dirname(file), [...flags, file, endpoint === undefined ? '' : 'push'], {
    OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    ...env,
  })
  expect(await program.ended, program.output()).toEqual({ code: 0, signal: null })
  const [told] = program.lines()
  expect(told?.round).toBe(50)
  return Number(told?.after) - Number(told?.before)
}

test('that are never scraped', { timeout: 120_000 }, async () => {
  expect(await growth(undefined)).toBeLessThan(LIMIT_BYTES)
})

test('whose collector is away', { timeout: 120_000 }, async () => {
  expect(await growth(NO_LISTENER_URL)).toBeLessThan(LIMIT_BYTES)
})

test('whose collector never answers', { timeout: 120_000 }, async () => {
  const { backend, url } = await startHanging()
  cleanUp.push(() => backend.close())
  expect(await growth(url)).toBeLessThan(LIMIT_BYTES)
})
