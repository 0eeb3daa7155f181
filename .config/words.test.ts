/**
 * Proves the words check: refused words in comments, strings and documents turn red, the same words in code stay green, and
 * the command exits 1 with the place, the word and what to write instead.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { findWords, vocabularyOf } from './words.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const vocabulary = vocabularyOf(
  '| not | but |\n| --- | --- |\n| whoever, is given | the caller |\n\n## Advice\n| not | but |\n| port | door |\n',
)

test.each([
  ['a line comment', 'a.ts', 'const port = 1 // whoever calls'],
  ['a doc comment', 'a.ts', '/**\n * Whoever calls\n */\nfunction call() {}'],
  ['a comment behind the last token', 'a.mjs', 'call()\n/* whoever */'],
  ['a string', 'a.ts', "throw new Error('whoever called')"],
  ['a template', 'a.ts', 'log(`$' + '{whoever} and whoever else $' + '{x} or so`)'],
  ['the end of a template', 'a.ts', 'log(`$' + '{x} whoever`)'],
  ['text of an element', 'a.tsx', 'const page = <p title="x">whoever</p>'],
  ['a phrase across two lines of a comment', 'a.ts', '// what is\n// given to it\n'],
  ['a phrase across two lines of a doc comment', 'a.ts', '/**\n * what is\n * given to it\n */'],
  ['a document', 'a.md', 'Whoever reads'],
  ['configuration', 'a.yaml', 'name: x # whoever'],
])('refuses a word in %s', (_place, name, source) => {
  expect(findWords(name, source, vocabulary)).toMatchObject([{ instead: 'the caller' }])
})

test.each([
  ['the name of a variable', 'a.ts', 'const whoever = whoever.is.given'],
  ['a part of a longer word', 'a.ts', '// whoevers'],
  ['a regular expression', 'a.ts', 'const pattern = /whoever/'],
  ['a word of the advice', 'a.ts', '// port'],
  ['a string that is a name', 'a.ts', "import x from './whoever.ts'"],
  ['code in a comment', 'a.ts', '// `whoever` is a user'],
  ['code in a document', 'a.md', 'run `whoever`'],
])('allows %s', (_place, name, source) => {
  expect(findWords(name, source, vocabulary)).toEqual([])
})

test('a finding has the line of its first word', () => {
  expect(findWords('a.ts', '\n\nconst a = 1\n// is\n// given\n', vocabulary)).toEqual([
    { line: 4, word: 'is given', instead: 'the caller' },
  ])
})

test('the command names place, word and replacement, and exits 1; a clean file exits 0', () => {
  const folder = mkdtempSync(join(root, '.config', 'words-'))
  try {
    writeFileSync(join(folder, 'red.ts'), '\n// whoever calls\n')
    writeFileSync(join(folder, 'green.ts'), '// the caller\n')
    const red = check(join(relative(root, folder), 'red.ts'))
    expect(red).toMatchObject({ status: 1, stderr: expect.stringMatching(/red\.ts:2: "whoever": write the caller/) })
    expect(check(join(relative(root, folder), 'green.ts'))).toMatchObject({ status: 0, stderr: '' })
    expect(check('no/such/path')).toMatchObject({ status: 1, stderr: expect.stringContaining('no/such/path') })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

function check(path: string) {
  return spawnSync(process.execPath, [join(root, '.config/words.ts'), path], { encoding: 'utf8' })
}
