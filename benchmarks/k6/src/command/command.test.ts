/**
 * What the command line refuses, and where a load may go.
 */
import { execFile } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { makeFolder, readRun, runIds } from '../record/folder.ts'
import { parseDuration, parseName, parseRate } from './settings.ts'
import { checkTarget } from './target.ts'

test.each(['http://127.0.0.1:8080', 'http://localhost:3', 'http://[::1]:1', 'http://127.8.0.1'])(
  'a load may go to %s',
  (target) => {
    expect(checkTarget(target, undefined).href).toContain(target)
  },
)

test.each([
  ['https://shop.example.com', undefined, 'say so a second time with --and-i-may shop.example.com'],
  ['https://shop.example.com', 'other.example.com', 'You confirmed "other.example.com"'],
  ['http://127.0.0.1.example.com', undefined, '127.0.0.1.example.com is not this machine'],
  ['http://localhost.example.com', undefined, 'is not this machine'],
  ['http://0.0.0.0:80', undefined, 'is not this machine'],
  ['shop', undefined, '"shop" is no address'],
  ['ftp://127.0.0.1', undefined, 'has to begin with http://'],
])('a load does not go to %s confirmed by %s', (target, confirmed, message) => {
  expect(() => checkTarget(target, confirmed)).toThrow(message)
})

test('a load goes elsewhere where that is said twice', () => {
  expect(checkTarget('https://shop.example.com/x', 'shop.example.com').hostname).toBe('shop.example.com')
})

test('durations have units, and bounds', () => {
  expect(['90', '90s', '1.5m', '1h'].map(parseDuration)).toEqual([90, 90, 90, 3600])
  for (const wrong of ['', '5 m', '-1', '0', '25h', 'm', '1d'])
    expect(() => parseDuration(wrong)).toThrow('Give 1s to 24h')
})

test('rates and names are checked', () => {
  expect(parseRate('200')).toBe(200)
  for (const wrong of ['0', '-1', 'many', '']) expect(() => parseRate(wrong)).toThrow('Give a number')
  expect(parseName('pool too small')).toBe('pool-too-small')
  for (const wrong of ['', '../x', 'a/b', '-x', 'x'.repeat(41)]) expect(() => parseName(wrong)).toThrow('Use 1 to 40')
})

test('an unknown scenario is refused with those that there are, before anything starts', async () => {
  const main = join(import.meta.dirname, '../main.ts')
  const { code, stderr } = await promisify(execFile)(process.execPath, [main, 'lod']).catch((error) => error)
  expect(code).toBe(2)
  expect(stderr).toContain('Allowed choices are breakpoint, load, smoke, soak, spike, stress')
})

test('a disk without room is refused before anything starts, with how much there is', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'runs-'))
  await expect(makeFolder('one', parent, 1e18)).rejects.toThrow(/has \d+ MB left/)
  expect(await runIds(parent)).toEqual([])
})

test('a run that is not there is named, with what makes one', async () => {
  await expect(readRun('none', tmpdir())).rejects.toThrow('run.json is missing. `pnpm bench k6` makes one.')
})
