/**
 * Which blocks of a segment a search reads.
 */
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { Statements } from '../segments/database.ts'
import { schema } from '../segments/schema.ts'
import { BlockWriter, hashField, runs } from './blocks.ts'

function filled(): Statements {
  const statements = new Statements(new DatabaseSync(':memory:'))
  statements.database.exec(schema)
  const writer = new BlockWriter(statements, 'spans')
  for (let id = 1; id <= 100_000; id++)
    writer.add(id, id * 10, id, [hashField('order', id), hashField('service', 'orders')])
  return statements
}

const anything = { from: 0, to: Number.MAX_SAFE_INTEGER, minDuration: 0, fields: [] }

function rowsOf(found: Iterable<[number, number]>): number {
  return [...found].reduce((sum, [first, last]) => sum + last - first + 1, 0)
}

test('a rare field is looked for in one block, a few false ones, and the rows after the last block', () => {
  const statements = filled()
  const found = [...runs(statements, 'spans', 100_001, { ...anything, fields: [[hashField('order', 41_000)]] })]
  expect(found.some(([first, last]) => first <= 41_000 && last >= 41_000)).toBe(true)
  expect(rowsOf(found)).toBeLessThan(5 * 2048)
})

test('runs cover every row exactly once, newest first, from wherever they begin', () => {
  const statements = filled()
  for (const below of [100_001, 99_000, 2048, 2049, 5, 1]) {
    let next = below - 1
    for (const [first, last] of runs(statements, 'spans', below, anything)) {
      expect(last).toBe(next)
      next = first - 1
    }
    expect(next).toBe(0)
  }
})

test('time and duration narrow the blocks', () => {
  const statements = filled()
  expect(rowsOf(runs(statements, 'spans', 100_001, { ...anything, from: 500_000, to: 500_100 }))).toBeLessThan(3 * 2048)
  expect(rowsOf(runs(statements, 'spans', 100_001, { ...anything, minDuration: 99_000 }))).toBeLessThan(3 * 2048)
})
