/**
 * The list of open exchanges: its content and its memory.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OpenList } from './open-list.ts'

test('holds what was added and not removed, in whatever order both happen', () => {
  const entries = Array.from({ length: 12 }, (_, name) => ({ name, index: 0 }))
  fc.assert(
    fc.property(fc.array(fc.nat(entries.length - 1)), (steps) => {
      const list = new OpenList<(typeof entries)[number]>()
      const held = new Set<(typeof entries)[number]>()
      for (const step of steps) {
        const entry = entries[step]
        if (entry === undefined) continue
        if (held.delete(entry)) list.remove(entry)
        else {
          held.add(entry)
          list.add(entry)
        }
        expect(new Set(list.all)).toEqual(held)
      }
    }),
  )
})

test('takes a second removal of the same entry', () => {
  const list = new OpenList<{ index: number }>()
  const [first, second] = [{ index: 0 }, { index: 0 }]
  list.add(first)
  list.add(second)
  list.remove(first)
  list.remove(first)
  expect(list.all).toEqual([second])
})

test('leaves nothing among the old objects when it fills and empties', () => {
  const list = new OpenList<{ index: number }>()
  const entry = { index: 0 }
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  // What outlives two collections is old.
  for (let times = 0; times < 3; times += 1) collect()
  const before = oldBytes()
  for (let times = 0; times < 50_000; times += 1) {
    list.add(entry)
    list.remove(entry)
  }
  expect(oldBytes() - before).toBeLessThan(1_000_000)
})

function oldBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space')?.space_used_size ?? 0
}
