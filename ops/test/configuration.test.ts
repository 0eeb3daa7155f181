/**
 * What the programs themselves say about the configuration in this repository.
 */

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { requireTool } from '@lab/test-kit/tool'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'

const ops = join(import.meta.dirname, '..')

/** Runs a tool in ops/; rejects with its words when it finds fault. */
async function check(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  return (await execa(await requireTool(program), args, { cwd: ops, env, all: true })).all
}

const [rules, ruleTests] = [await filesIn('prometheus/rules'), await filesIn('prometheus/tests')]

async function filesIn(folder: string): Promise<string[]> {
  return (await readdir(join(ops, folder)).catch(() => [])).map((name) => join(folder, name))
}

describe('Prometheus', () => {
  test('accepts its configuration', async () => {
    expect(
      await check('promtool', ['check', 'config', '--lint=all', '--lint-fatal', 'prometheus/prometheus.yml']),
    ).toContain('SUCCESS')
  })

  test.for(rules)('accepts %s', async (file) => {
    expect(await check('promtool', ['check', 'rules', '--lint=all', '--lint-fatal', file])).toContain('SUCCESS')
  })

  test.for(ruleTests)('passes %s', async (file) => {
    expect(await check('promtool', ['test', 'rules', file])).toContain('SUCCESS')
  })
})

test('Alertmanager accepts its configuration', async () => {
  expect(await check('amtool', ['check-config', 'alertmanager/alertmanager.yml'])).toContain('SUCCESS')
})

test('Loki accepts its configuration', async () => {
  const args = ['-config.file=loki/loki.yml', '-config.expand-env=true', '-verify-config']
  await check('loki', args, { LOKI_DATA: '/loki' })
  await expect(check('loki', args, { LOKI_DATA: '/loki', LOKI_PORT: 'none' })).rejects.toThrow('none')
})

test.for([{ files: ['jaeger.yml'] }, { files: ['jaeger.yml', 'with-console.yml'] }])(
  'Jaeger accepts $files',
  async ({ files }) => {
    const args = ['validate', ...files.flatMap((name) => ['--config', `jaeger/${name}`])]
    await check('jaeger', args, { JAEGER_DATA: '/jaeger' })
    await expect(check('jaeger', args, { JAEGER_DATA: '/jaeger', JAEGER_METRICS_PORT: 'none' })).rejects.toThrow('port')
  },
)
