/**
 * Noise is not called a change, a true change is found, and where neither can be said the number of runs is given that it takes.
 */
import { expect, test } from 'vitest'
import { effectOf } from './effect.ts'

/** The same numbers every time (Mulberry32). */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** Values of runs that differ by a tenth from one to the next, as on a busy machine. */
function runs(random: () => number, count: number, mean: number): number[] {
  return Array.from(
    { length: count },
    () => mean * Math.exp(0.1 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())),
  )
}

function verdicts(count: number, factor: number): Map<string, number> {
  const random = generator(count * 100 + factor)
  const found = new Map<string, number>()
  for (let round = 0; round < 2000; round += 1) {
    const { verdict } = effectOf(runs(random, count, 100), runs(random, count, 100 * factor))
    found.set(verdict, (found.get(verdict) ?? 0) + 1)
  }
  return found
}

test.each([2, 3, 5])(
  'of 2000 comparisons of the same thing, %i runs a side, about one in a hundred is called a change',
  (count) => {
    const found = verdicts(count, 1)
    expect((found.get('lower') ?? 0) + (found.get('higher') ?? 0)).toBeLessThan(2000 * 0.02)
    expect(found.get('not enough data')).toBeGreaterThan(1000)
  },
)

test('three runs a side find what doubles, and five what grows by half', () => {
  expect(verdicts(3, 2).get('higher')).toBeGreaterThan(2000 * 0.8)
  expect(verdicts(5, 1.5).get('higher')).toBeGreaterThan(2000 * 0.8)
})

test('one run a side is never enough, however large the difference', () => {
  expect(effectOf([100], [900])).toMatchObject({ verdict: 'not enough data', needed: 3, interval: null })
})

test('the number of runs that is suggested finds the change', () => {
  const random = generator(7)
  const needed = Array.from(
    { length: 200 },
    () => effectOf(runs(random, 3, 100), runs(random, 3, 115)).needed ?? 3,
  ).sort((a, b) => a - b)
  const count = needed[100] ?? 0
  expect(count).toBeGreaterThan(3)
  const found = Array.from({ length: 200 }, () => effectOf(runs(random, count, 100), runs(random, count, 115)).verdict)
  expect(found.filter((verdict) => verdict === 'higher').length).toBeGreaterThan(100)
})

test('values that hardly differ are the same', () => {
  expect(effectOf([100, 100.1, 99.9, 100], [100.2, 100, 99.9, 100.1]).verdict).toBe('same')
  expect(effectOf([0, 0, 0], [0, 0, 0])).toMatchObject({ verdict: 'same', change: 0 })
})

test('what may be zero is compared by difference', () => {
  expect(effectOf([0, 0.1, 0], [20, 21, 22])).toMatchObject({ verdict: 'higher' })
  expect(effectOf([0, 0.1, 0], [20, 21, 22]).change).toBeCloseTo(21 - 0.1 / 3)
})
