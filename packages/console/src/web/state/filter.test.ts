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

test('alternatives stay as they are, and what is added holds for all of them', () => {
  expect(withField('a:1 OR b:2', 'service', 'shop')).toBe('(a:1 OR b:2) service:shop')
  expect(withField('(a:1 OR a:2) service:shop', 'service', '')).toBe('(a:1 OR a:2)')
  expect(withField('(a:1 OR b:2) service:shop', 'a', '3')).toBe('(a:1 OR b:2) service:shop a:3')
})

test('a term is added once, negated where wanted', () => {
  expect(withTerm('a:1', 'a', '1')).toBe('a:1')
  expect(withTerm('a:1', 'b', '2', true)).toBe('a:1 -b:2')
})

test('values that would not stand alone are quoted, and read back as they were', () => {
  const values = [
    'POST /orders',
    'a "quoted" one',
    'back\\slash',
    '',
    '<img src=x onerror=alert(1)>',
    '>x y',
    'a*b',
    '//host',
    '(x)',
    '=1',
    '/api',
  ]
  for (const value of values) {
    for (const key of ['name', 'my key', 'a:b', '127.0.0.1']) expect(fieldOf(field(key, value), key)).toBe(value)
  }
})
