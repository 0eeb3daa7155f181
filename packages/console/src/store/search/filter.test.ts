/**
 * The query language of the search: what it takes and what it refuses.
 */
import { expect, test } from 'vitest'
import { idOf, likePattern, parseDuration, statusNumber } from './filter.ts'

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

test('what cannot be understood says so, with the nearest that can', () => {
  expect(() => parseDuration('fast')).toThrow('"fast" is not a duration. Write 250ms, 1.5s or 80us.')
  expect(() => statusNumber('eror')).toThrow('Write one of: unset, ok, error, client-error. The nearest is error.')
})

test('an id is known in every form in which it is copied', () => {
  const id = '4bf92f3577b34da6a3ce929d0e0e4736'
  const forms = [
    id,
    id.toUpperCase(),
    '4bf92f35-77b3-4da6-a3ce-929d0e0e4736',
    ` ${id} `,
    `00-${id}-00f067aa0ba902b7-01`,
  ]
  for (const form of forms) expect(Buffer.from(idOf(form, 32) ?? []).toString('hex')).toBe(id)
  expect(Buffer.from(idOf(`00-${id}-00f067aa0ba902b7-01`, 16) ?? []).toString('hex')).toBe('00f067aa0ba902b7')
  expect([idOf('orders', 32), idOf(id, 16)]).toEqual([undefined, undefined])
})

test('a pattern takes only the star for more than itself', () => {
  expect(likePattern('50%_*', false)).toBe('50\\%\\_%')
  expect(likePattern('a*b', true)).toBe('%a*b%')
})
