/**
 * Colours of terminals, and escape sequences that are none.
 */

import { expect, test } from 'vitest'
import { piecesOf } from './ansi.ts'

test.each([
  ['plain', [['plain', '']]],
  [
    '\u001b[31mfailed\u001b[0m at',
    [
      ['failed', 'ansi-red'],
      [' at', ''],
    ],
  ],
  [
    '\u001b[1;92mok\u001b[22m.\u001b[39m!',
    [
      ['ok', 'ansi-green ansi-bold'],
      ['.', 'ansi-green'],
      ['!', ''],
    ],
  ],
  [
    '\u001b[38;5;200ma\u001b[38;2;1;2;31mb',
    [
      ['a', ''],
      ['b', ''],
    ],
  ],
  [
    '\u001b]0;title\u0007x\u001b[2Ky\u001b',
    [
      ['x', ''],
      ['y', ''],
    ],
  ],
  ['', []],
])('%j', (text, pieces) => {
  expect(piecesOf(text).map(({ text: own, look }) => [own, look])).toEqual(pieces)
})
