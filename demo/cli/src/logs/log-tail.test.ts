/**
 * The lines that explain why a process ended.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lastWords } from './log-tail.ts'

let folder: string
let log: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-tail-'))
  log = join(folder, 'a.log')
})

afterEach(() => rm(folder, { recursive: true }))

function numbered(count: number) {
  return Array.from({ length: count }, (_, index) => `line ${index}`)
}

test('the last words are the last lines of this start', async () => {
  expect(await lastWords(log, 0, 3)).toEqual([])
  await writeFile(log, `${numbered(9).join('\n')}\n`)
  expect(await lastWords(log, 0, 3)).toEqual(['line 6', 'line 7', 'line 8'])
  expect(await lastWords(log, 'line 0\n'.length * 7, 3)).toEqual(['line 7', 'line 8'])
})

test('of a panic they are the beginning, which says why, and not the end of its stack', async () => {
  await writeFile(log, ['starting', 'panic: invalid magic number 0', '', ...numbered(90)].join('\n'))
  expect(await lastWords(log, 0, 3)).toEqual(['panic: invalid magic number 0', '', 'line 0'])
})
