/**
 * The README's table has no framework that the contract does not try; each driver checks its own row.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { tableOfReadme } from './table.ts'

it('each framework of the table has a driver of the contract', () => {
  const tests = readdirSync(new URL('..', import.meta.url)).filter((name) => name.endsWith('.test.ts'))
  const text = tests.map((name) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')).join('\n')
  const frameworks = [...tableOfReadme().keys()]
  expect(frameworks.length).toBeGreaterThan(10)
  expect(frameworks.filter((name) => !text.includes(`'${name}'`))).toEqual([])
})
