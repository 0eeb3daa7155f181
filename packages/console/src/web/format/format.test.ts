/**
 * Figures are read at a glance, so their units and precision are pinned here.
 */

import { expect, test } from 'vitest'
import { duration } from './duration.ts'
import { compact, percent, rate } from './number.ts'
import { ago } from './time.ts'
import { bytes, unitName, valuesIn } from './unit.ts'

test('durations keep three figures and the unit that makes them short', () => {
  const shown = [null, 0, 0.0004, 0.84, 0.9996, 12.345, 999.6, 1250, 59_960, 192_000, 7_500_000, 86_400_000].map(
    duration,
  )
  expect(shown).toEqual([
    '-',
    '0 ms',
    '0.4 µs',
    '840 µs',
    '1 ms',
    '12.3 ms',
    '1 s',
    '1.25 s',
    '1 m',
    '3 m 12 s',
    '2 h 5 m',
    '24 h',
  ])
})

test('numbers, shares and rates', () => {
  expect([compact(12_345), percent(0), percent(0.0593), percent(0.2), percent(1)]).toEqual([
    '12.3K',
    '0 %',
    '5.9 %',
    '20 %',
    '100 %',
  ])
  expect([rate(0), rate(0.05), rate(3.654)]).toEqual(['0 /s', '3 /min', '3.65 /s'])
})

test('values are written in the unit that the instrument declares', () => {
  const written = [
    ['s', 0.0123],
    ['By', 5_000_000],
    ['By/s', 2048],
    ['{request}', 17],
    ['{request}/s', 17],
    ['1', 0.25],
    ['%', 12],
    ['', 3],
    ['EUR', 1234.5],
  ] as const
  expect(written.map(([unit, value]) => valuesIn(unit)(value))).toEqual([
    '12.3 ms',
    '4.77 MiB',
    '2 KiB/s',
    '17 request',
    '17 request/s',
    '0.25',
    '12 %',
    '3',
    '1.23K EUR',
  ])
  expect(['1', 's', '{order}', '{order}/s'].map(unitName)).toEqual(['', 's', 'order', 'order/s'])
  expect(bytes(1e9)).toBe('954 MiB')
})

test('how long ago', () => {
  const now = 1e12
  expect([0, 12, 250, 11_000, 180_000].map((seconds) => ago(now - seconds * 1000, now))).toEqual([
    'now',
    '12 s ago',
    '4 min ago',
    '3 h ago',
    '2 d ago',
  ])
})
