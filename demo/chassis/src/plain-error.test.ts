/**
 * What is kept of an error of a library.
 */
import { expect, test } from 'vitest'
import { plainError } from './plain-error.ts'

test('keeps message, stack and code of an error, and none of what a library has put on it', () => {
  const client = { secretKey: 1234, connection: {} }
  const error = Object.assign(new TypeError('cut off'), { code: '57P01', client })
  const plain = plainError(error)
  expect({ ...plain }).toEqual({ name: 'TypeError', code: '57P01' })
  expect([plain.message, plain.stack]).toEqual(['cut off', error.stack])
})
