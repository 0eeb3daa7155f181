/**
 * Units and ticks of an axis.
 */
import { expect, test } from 'vitest'
import { axisIn, percentages, ticks } from './axis.ts'

test('the unit is one in which the largest value is a short number', () => {
  const chosen = [
    ['s', 0.0123],
    ['ms', 90_000],
    ['By', 5_000_000],
    ['By/s', 2048],
    ['{connection}', 5],
    ['{request}/s', 5],
    ['1', 0.5],
  ] as const
  expect(chosen.map(([unit, most]) => axisIn(unit)(most).title)).toEqual([
    'ms',
    'min',
    'MiB',
    'KiB/s',
    'connection',
    'request/s',
    '',
  ])
  expect(axisIn('s')(0.0123).size).toBe(0.001)
  expect(axisIn('By')(0).title).toBe('B')
})

test('ticks are round numbers of the unit that is shown', () => {
  const shown = (axis: ReturnType<typeof axisIn>, most: number, apart: number) => {
    const unit = axis(most)
    return ticks(unit, 0, most, apart).map((value) => Number((value / unit.size).toPrecision(6)))
  }
  expect(shown(axisIn('By'), 200_000_000, 50_000_000)).toEqual([0, 50, 100, 150])
  expect(shown(axisIn('s'), 0.35, 0.1)).toEqual([0, 100, 200, 300])
  expect(shown(percentages, 0.25, 0.1)).toEqual([0, 10, 20])
  expect(shown(axisIn('{connection}'), 5.4, 2.5)).toEqual([0, 5])
})
