/**
 * Which files have a header comment, and what the command says of those that do not.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { hasHeader } from './headers.ts'

const root = join(import.meta.dirname, '..')

test.each([
  ['on one line', '/** What it is for. */\nimport "a"'],
  ['on several lines', '/**\n * What it is for.\n */\n'],
  ['after the line for the shell', '#!/usr/bin/env node\n/** What it is for. */\n'],
])('a header %s', (_place, source) => expect(hasHeader(source)).toBe(true))

test.each([
  ['code first', 'import "a"\n/** What it is for. */'],
  ['a line comment', '// What it is for.\n'],
  ['a comment that is no doc comment', '/* What it is for. */\n'],
  ['an empty comment', '/** */\nconst a = 1'],
  ['an empty comment on several lines', '/**\n *\n */\nconst a = 1'],
  ['nothing', ''],
])('no header: %s', (_case, source) => expect(hasHeader(source)).toBe(false))

test('the command names the file and exits 1; a file with a header exits 0', () => {
  const folder = mkdtempSync(join(root, '.config', 'headers-'))
  try {
    writeFileSync(join(folder, 'red.ts'), 'export const a = 1\n')
    writeFileSync(join(folder, 'green.ts'), '/** A header. */\n')
    expect(check(join(relative(root, folder), 'red.ts'))).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/red\.ts: begin with/),
    })
    expect(check(join(relative(root, folder), 'green.ts'))).toMatchObject({ status: 0, stderr: '' })
    expect(check('no/such/path')).toMatchObject({ status: 1, stderr: expect.stringContaining('no/such/path') })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

function check(path: string) {
  return spawnSync(process.execPath, [join(root, '.config/headers.ts'), path], { encoding: 'utf8' })
}
