/**
 * Every decision record says when it was decided and whether it holds, so that a reader need not ask Git.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard', '*decisions/*.md'], {
  cwd: root,
  encoding: 'utf8',
})
const records = listed.split('\0').filter((name) => name !== '' && !name.endsWith('README.md'))

test.each(records)('%s: a title, then status and date', (name) => {
  const [title = '', , status = ''] = readFileSync(`${root}${name}`, 'utf8').split('\n')
  expect(title).toMatch(/^# \S/)
  expect(status).toMatch(/^\*\*Status:\*\* (?:accepted|superseded by \S+|rejected), \d{4}-\d{2}-\d{2}/)
})
