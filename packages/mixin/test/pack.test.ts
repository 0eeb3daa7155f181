/**
 * The package as a stranger has it: installed from its tarball into an empty folder, where its command writes the files.
 */

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMixin } from '../src/index.ts'

const root = join(import.meta.dirname, '..')
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mixin-consumer-'))
  await execa('pnpm', ['pack', '--pack-destination', folder], { cwd: root })
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'))
  if (!tarball) throw new Error('There is no tarball.')
  await writeFile(join(folder, 'package.json'), '{ "private": true }')
  await execa('pnpm', ['add', '--ignore-workspace', '--prefer-offline', `./${tarball}`], { cwd: folder })
})

afterAll(() => rm(folder, { recursive: true, force: true }))

test('its command writes dashboards and rules, and names them', async () => {
  const command = join(folder, 'node_modules/.bin/observe-mixin')
  const { stdout } = await execa(command, ['--service', 'orders', '--out', 'ops/'], { cwd: folder })
  const files = createMixin({ services: ['orders'] })
  expect(stdout.split('\n')).toEqual(Object.keys(files).map((path) => join('ops', path)))
  for (const [path, text] of Object.entries(files)) {
    expect(await readFile(join(folder, 'ops', path), 'utf8')).toBe(text)
  }
})

test('it comes with its runbook', async () => {
  const runbook = join(folder, 'node_modules/@lab/observe-mixin/runbook.md')
  expect(await readFile(runbook, 'utf8')).toContain('## ErrorBudgetBurn')
})
