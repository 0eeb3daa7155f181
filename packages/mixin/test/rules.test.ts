/**
 * Every rule is accepted and every alert fires when it has to and stays quiet otherwise, for several sets of options.
 */

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { shop } from '../shop/options.ts'
import { createMixin, type MixinOptions } from '../src/index.ts'
import { ruleSets } from '../src/mixin.ts'
import { settingsOf } from '../src/options.ts'
import { writeFiles } from '../src/write.ts'
import { hasPromtool, promtool } from './promtool.ts'

const variants: readonly { name: string; options: MixinOptions }[] = [
  { name: 'the shop', options: shop },
  {
    name: 'one service with a promise of its own in a cluster',
    options: {
      services: ['my-service.v2'],
      slos: [{ kind: 'latency', objective: 0.95, threshold: 1 }],
      selector: 'cluster=~"eu|"',
    },
  },
  {
    name: 'windows of seconds',
    options: {
      services: ['orders'],
      burnRates: [
        { severity: 'page', factor: 14.4, short: '15s', long: '60s' },
        { severity: 'ticket', factor: 1, short: '30s', long: '90s' },
      ],
    },
  },
]

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mixin-'))
})

afterEach(() => rm(folder, { recursive: true }))

describe.runIf(hasPromtool).each(variants)('for $name', ({ options }) => {
  const sets = ruleSets(settingsOf(options)).map(({ name }) => name)

  // Windows of days are thousands of evaluations.
  test.for(sets)('%s: rules are sound and their tests pass', { timeout: 90_000 }, async (name) => {
    await writeFiles(folder, createMixin(options))
    const prometheus = join(folder, 'prometheus')
    expect(await promtool(prometheus, 'check', 'rules', '--lint=all', '--lint-fatal', `rules/${name}.yml`)).toContain(
      'SUCCESS',
    )
    expect(await promtool(prometheus, 'test', 'rules', `tests/${name}.yml`)).toContain('SUCCESS')
  })
})

test('every alert has a section in the runbook, and the runbook no other', async () => {
  const runbook = await readFile(join(import.meta.dirname, '..', 'runbook.md'), 'utf8')
  const sections = Array.from(runbook.matchAll(/^## (.+)$/gm), ([, title]) => title)
  const alerts = ruleSets(settingsOf(shop)).flatMap((set) => set.alerts.map(({ name }) => name))
  expect(sections.toSorted()).toEqual([...new Set(alerts)].toSorted())
})

test('recording rules are named level:metric:operations', () => {
  const rules = ruleSets(settingsOf(shop)).flatMap((set) => set.recordings.flatMap((group) => group.rules))
  for (const { record } of rules) expect(record).toMatch(/^[a-z_]+:[a-z_]+:[a-z0-9_]+$/)
})

test.for<[Partial<MixinOptions>, string]>([
  [{ services: [] }, 'needs the name of one service'],
  [{ services: ['a"b'] }, '"a"b" cannot be a service\'s name'],
  [{ slos: [{ kind: 'availability', objective: 99.9 }] }, 'objective 99.9 is no share'],
  [{ slos: [{ kind: 'latency', objective: 0.9, threshold: 0 }] }, 'threshold 0 is no duration'],
  [{ name: 'Shop' }, '"Shop" cannot begin a dashboard\'s uid'],
  [{ links: [{ title: 'Shop', url: 'shop' }] }, '"shop" of the link "Shop" is no address'],
  [{ burnRates: [{ severity: 'page', factor: 1, short: '5', long: '1h' }] }, '"5" is no duration'],
])('%o is refused', ([options, words]) => {
  expect(() => createMixin({ services: ['orders'], ...options })).toThrow(words)
})
