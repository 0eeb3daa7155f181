/**
 * The README's table has no framework that the contract does not try; each driver checks its own row. The lists that are made
 * from frameworks.ts are up to date.
 */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { frameworkLists } from '../../docs/framework-lists.ts'
import { frameworks } from '../../frameworks/frameworks.ts'

test.each([...frameworkLists()])('%s is what `pnpm run generate` writes', (path, text) => {
  expect(readFileSync(path, 'utf8')).toBe(text)
})

test.each(frameworks)('$title has a driver of the contract for each row that it gives', ({ tests, gives }) => {
  const sources = tests.map((name) => readFileSync(new URL(`../${name}.test.ts`, import.meta.url), 'utf8')).join('\n')
  expect(Object.keys(gives).filter((driver) => !sources.includes(`'${driver}'`))).toEqual([])
})
