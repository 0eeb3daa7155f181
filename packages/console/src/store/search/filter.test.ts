/**
 * The query language of the search: what it takes and what it refuses.
 */
import { expect, test } from 'vitest'
import { parseDuration, parseFilter } from './filter.ts'

test.each([
  ['', []],
  ['slow', [{ key: null, comparison: '=', value: 'slow', negated: false }]],
  ['service:orders', [{ key: 'service', comparison: '=', value: 'orders', negated: false }]],
  ['-status:error', [{ key: 'status', comparison: '=', value: 'error', negated: true }]],
  ['duration:>=250ms', [{ key: 'duration', comparison: '>=', value: '250ms', negated: false }]],
  ['route:"GET /a b"', [{ key: 'route', comparison: '=', value: 'GET /a b', negated: false }]],
  ['"a \\"quoted\\" phrase"', [{ key: null, comparison: '=', value: 'a "quoted" phrase', negated: false }]],
  ['k8s.pod/name_x:a:b', [{ key: 'k8s.pod/name_x', comparison: '=', value: 'a:b', negated: false }]],
])('%j is understood', (q, terms) => {
  expect(parseFilter(q)).toEqual(terms)
})

test('several terms, with spaces anywhere', () => {
  expect(parseFilter('  a   service:b "c d"  ').map(({ value }) => value)).toEqual(['a', 'b', 'c d'])
})

test.each([
  ['1s', 1e9],
  ['250ms', 250e6],
  ['1.5ms', 1.5e6],
  ['80us', 80e3],
  ['80µs', 80e3],
  ['10', 10e6],
  ['2m', 120e9],
])('%s is %d ns', (text, nanoseconds) => {
  expect(parseDuration(text)).toBe(nanoseconds)
})

test('what cannot be understood says so', () => {
  expect(() => parseFilter('>5')).toThrow('>5 needs a name before it, as in duration:>100ms.')
  expect(() => parseFilter('a '.repeat(30))).toThrow('30 terms; at most 20')
  expect(() => parseDuration('fast')).toThrow('"fast" is not a duration. Write 250ms, 1.5s or 80us.')
})
