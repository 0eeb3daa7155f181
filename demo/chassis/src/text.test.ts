/**
 * Which text a service takes from a request.
 */
import { expect, test } from 'vitest'
import { text } from './text.ts'

test.each(['\0', 'a\0b', 'a\u0007', 'a\nb', '\ud800', 'a\udc00b', '', '  ', 'a'.repeat(11)])('refuses %j', (value) => {
  expect(text(10).safeParse(value).success).toBe(false)
})

test.each(['Ada', 'Zoë 🫖', '名前'])('accepts %j', (value) => {
  expect(text(10).parse(` ${value} `)).toBe(value)
})
