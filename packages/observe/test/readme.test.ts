/**
 * The README against the code: it names every variable that is honoured, and no other.
 */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { HONOURED } from '../src/core/environment.ts'

it('the README lists exactly the variables that are honoured', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const named = new Set(readme.match(/\b(?:OTEL_[A-Z_]+|LOG_LEVEL)\b/g))
  expect([...named].sort()).toEqual([...HONOURED].sort())
})
