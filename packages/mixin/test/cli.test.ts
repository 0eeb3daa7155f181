/**
 * The command as it is typed.
 */

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import library from '../../observe/package.json' with { type: 'json' }
import manifest from '../package.json' with { type: 'json' }
import { createMixin } from '../src/index.ts'

const command = [join(import.meta.dirname, '..', 'dist', 'cli.js')]

// So `pnpm test:floor`, which goes by the library's engines, runs these tests on the lowest that the mixin allows, too.
test('it runs on the versions of Node.js that the library runs on', () => {
  expect(manifest.engines).toEqual(library.engines)
})

test('writes the same files as the function, and names them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mixin-'))
  const flags = [
    '--service',
    'orders',
    '--service',
    'cart',
    '--availability',
    '99.5',
    '--latency',
    '0.25=95',
    '--name',
    'team-a',
    '--link',
    'Cart=https://cart.example/?a=b',
  ]
  const { stdout } = await execa(process.execPath, [...command, ...flags, '--out', folder])
  const files = createMixin({
    services: ['orders', 'cart'],
    slos: [
      { kind: 'availability', objective: 0.995 },
      { kind: 'latency', objective: 0.95, threshold: 0.25 },
    ],
    name: 'team-a',
    links: [{ title: 'Cart', url: 'https://cart.example/?a=b' }],
  })
  expect(stdout.split('\n')).toEqual(Object.keys(files).map((path) => join(folder, path)))
  for (const [path, text] of Object.entries(files)) expect(await readFile(join(folder, path), 'utf8')).toBe(text)
  await rm(folder, { recursive: true })
})

test('a latency that no histogram has by default is said', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mixin-'))
  const flags = (latency: string) => ['--service', 'a', '--out', folder, '--latency', latency]
  const odd = await execa(process.execPath, [...command, ...flags('0.3=99')])
  expect(odd.stderr).toContain('0.3 s is no boundary')
  const usual = await execa(process.execPath, [...command, ...flags('0.25=99')])
  expect(usual.stderr).toBe('')
  await rm(folder, { recursive: true })
})

test.for([
  { flags: ['--out', 'x'], words: 'one service' },
  { flags: ['--service', 'a b', '--out', 'x'], words: '"a b" cannot be' },
  { flags: ['--service', 'a', '--out', 'x', '--availability', '100'], words: 'between 0 and 100' },
  { flags: ['--service', 'a', '--out', 'x', '--latency', '500ms'], words: 'as in 0.5=99' },
  { flags: ['--service', 'a', '--out', 'x', '--link', 'https://x.example/'], words: 'Write a title and an address' },
  { flags: ['--service', 'a', '--out', 'x', '--link', 'Shop=shop.example'], words: 'begin with https://' },
  { flags: ['--service', 'a', '--out', 'x', '--name', 'Team A'], words: '"Team A" cannot begin' },
])('$flags is refused', async ({ flags, words }) => {
  const { stderr, exitCode } = await execa(process.execPath, [...command, ...flags], { reject: false })
  expect(stderr).toContain(words)
  expect(exitCode).toBe(2)
})
