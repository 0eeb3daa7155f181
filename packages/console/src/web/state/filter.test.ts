/**
 * Buttons change one field of a filter and must leave what the user typed around it as it was.
 */

import { expect, test } from 'vitest'
import { field, fieldOf, withField, withTerm } from './filter.ts'

test('one field is read, replaced and taken away', () => {
  const q = 'service:orders "card declined" duration:>250ms -level:debug'
  expect([fieldOf(q, 'service'), fieldOf(q, 'duration'), fieldOf(q, 'level')]).toEqual(['orders', '>250ms', ''])
  expect(withField(q, 'service', 'pay ments')).toBe('service:"pay ments" "card declined" duration:>250ms -level:debug')
  expect(withField(q, 'duration', '')).toBe('service:orders "card declined" -level:debug')
  expect(withField(q, 'status', 'error')).toBe(`${q} status:error`)
})

test('a term is added once, negated where wanted', () => {
  expect(withTerm('a:1', 'a', '1')).toBe('a:1')
  expect(withTerm('a:1', 'b', '2', true)).toBe('a:1 -b:2')
})

test('values that would not stand alone are quoted, and read back as they were', () => {
  for (const value of ['POST /orders', 'a "quoted" one', 'back\\slash', '', '<img src=x onerror=alert(1)>', '>x y']) {
    expect(fieldOf(field('name', value), 'name')).toBe(value)
  }
})
