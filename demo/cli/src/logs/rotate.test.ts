/**
 * Rotation under a writer that does not stop.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LogFile } from './log-file.ts'
import { rotateLog } from './rotate.ts'

let folder: string
let log: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rotate-'))
  log = join(folder, 'orders.log')
})

afterEach(() => rm(folder, { recursive: true }))

test('a small log stays, a large one is put aside and goes on at the beginning of its file', async () => {
  await writeFile(log, 'small\n')
  await rotateLog(log, 100)
  expect(await readFile(log, 'utf8')).toBe('small\n')

  const fd = openSync(log, 'a')
  const script = 'process.stdin.on("data", (chunk) => console.log(String(chunk).trim().repeat(50)))'
  const writer = spawn(process.execPath, ['-e', script], { stdio: ['pipe', fd, fd] })
  closeSync(fd)
  writer.stdin?.write('abc\n')
  await expect.poll(async () => (await stat(log)).size).toBeGreaterThan(100)
  await rotateLog(log, 100)
  writer.stdin?.end('de\n')
  await once(writer, 'exit')
  expect(await readFile(`${log}.1`, 'utf8')).toBe(`small\n${'abc'.repeat(50)}\n`)
  expect(await readFile(log, 'utf8')).toBe(`${'de'.repeat(50)}\n`)
})

test('a reader that follows misses nothing and reads nothing twice', async () => {
  const file = new LogFile(log)
  const news = () => Array.fromAsync(file.newLines())
  await writeFile(log, 'one\ntwo\n')
  expect(await news()).toEqual(['one', 'two'])
  await writeFile(log, 'three\n', { flag: 'a' })
  await rotateLog(log, 1)
  await writeFile(log, 'four\n', { flag: 'a' })
  expect(await news()).toEqual(['three', 'four'])
  expect(await Array.fromAsync(new LogFile(log).newLines())).toEqual(['one', 'two', 'three', 'four'])
})
