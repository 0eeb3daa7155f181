/**
 * Which runs are compared: by id, by name, and what is refused or said first. The runs are written and read as `pnpm bench k6` does.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeFolder, type Record, writeRecord } from '@lab/bench-k6/folder'
import type { Run } from '@lab/bench-k6/record'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { compare, tableOf } from './compare.ts'
import { sidesOf } from './sides.ts'

let runs: string

beforeEach(async () => {
  runs = await mkdtemp(join(tmpdir(), 'runs-'))
})
afterEach(() => rm(runs, { recursive: true }))

async function keep(id: string, p95: number, changes: Partial<Run> = {}): Promise<void> {
  const stats = { count: 1000, failed: 0, mean: p95, p50: p95 / 2, p95, p99: p95 * 2, max: p95 * 3 }
  const run: Run = {
    format: 1,
    id,
    name: null,
    scenario: 'load',
    rate: null,
    seconds: null,
    target: { url: 'http://127.0.0.1:8080', kind: 'shop' },
    startedAt: '2026-11-29T08:00:00Z',
    took: 100,
    end: 'finished',
    exitCode: 0,
    thresholds: [],
    checks: [],
    commit: null,
    changed: null,
    versions: {},
    machine: { cpu: 'one', cores: 2, gigabytes: 8, system: 'Linux', fingerprint: 'same' },
    mode: 'host',
    tunings: {},
    faults: [],
    outages: [],
    books: null,
    sources: { server: null, traces: null },
    missing: [],
    ...changes,
  }
  const record: Record = {
    run,
    client: {
      step: 1,
      total: { ...stats, dropped: 0, iterations: 500 },
      byName: { browse: stats },
      points: [],
      histogram: [],
      errors: {},
    },
    server: {
      step: 5,
      measures: [{ name: 'CPU', unit: 'cores', series: [{ service: 'orders', values: [0.5, null, 0.5] }] }],
      alerts: [],
      machine: [],
    },
    requests: { slowest: [], failed: [], usual: [], notListed: 0 },
  }
  await writeRecord(await makeFolder(id, runs, 0), record)
}

test('a name stands for all runs that have it, and a doubled p95 is higher', async () => {
  for (const [index, p95] of [100, 102, 98].entries()) await keep(`${index}-load-before`, p95)
  for (const [index, p95] of [205, 198, 201].entries()) await keep(`${index}-load-after`, p95)
  const sides = await sidesOf(['before', 'vs', 'after'], runs)
  const effects = compare(sides)
  expect(effects.find(({ name }) => name === 'p95')).toMatchObject({ verdict: 'higher' })
  expect(effects.find(({ name }) => name === 'CPU by request')).toMatchObject({
    verdict: 'same',
    unit: 'ms',
    before: 5,
  })
  expect(tableOf(sides, effects)).toMatch(/p95 +│ +100 ms +│ +201 ms +│ +\+101 %/)
})

test('two runs can be named without vs, and are not enough', async () => {
  await keep('a', 100)
  await keep('b', 900)
  const sides = await sidesOf(['a', 'b'], runs)
  expect(tableOf(sides, compare(sides))).toContain('not enough data: about 3 runs a side')
})

test('runs of another load are refused, with what each of them is', async () => {
  await keep('a', 100)
  await keep('b', 100, { rate: 400 })
  await expect(sidesOf(['a', 'b'], runs)).rejects.toThrow('b: load, rate 400')
})

test('what makes a comparison doubtful is said first', async () => {
  await keep('a', 100)
  await keep('b', 100, {
    end: 'interrupted',
    machine: { cpu: 'two', cores: 4, gigabytes: 8, system: 'Linux', fingerprint: 'other' },
    outages: [{ service: 'payments', from: 10, to: null }],
  })
  expect((await sidesOf(['a', 'b'], runs)).warnings).toEqual([
    'The runs are from 2 machines: what differs may be the machine.',
    'b did not run to its end (interrupted).',
    'b: payments did not answer for a time.',
  ])
})

test.each([[['a']], [['a', 'b', 'c']], [['vs', 'a']]])('%j is refused with how to write it', async (names) => {
  await expect(sidesOf(names, runs)).rejects.toThrow('Give two runs')
})

test('an unknown run is refused with those that there are', async () => {
  await keep('a', 100)
  await expect(sidesOf(['a', 'nope'], runs)).rejects.toThrow('There is no run "nope". There are:\na')
})
