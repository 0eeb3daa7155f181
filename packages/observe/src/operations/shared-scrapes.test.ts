/** Scrapes in progress are shared, each reader gets the whole text, and a later one is collected again. */
import { afterEach, expect, test, vi } from 'vitest'
import { SharedScrapes } from './shared-scrapes.ts'

let begun = 0
afterEach(() => vi.useRealTimers())

async function begin() {
  begun += 1
  const own = begun
  async function* slices(): AsyncIterable<string> {
    for (const part of ['one', 'two', 'three']) yield `${part} ${own}\n`
  }
  return { contentType: 'text/plain', slices: slices() }
}

async function textOf(slices: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const slice of slices) text += slice
  return text
}

test('parallel scrapes of one reader are one collection, and each has all of it', async () => {
  begun = 0
  const scrapes = new SharedScrapes()
  const all = await Promise.all(Array.from({ length: 50 }, () => scrapes.join('text', 'prometheus', begin)))
  const [slow, ...others] = all
  const texts = await Promise.all(others.map(({ slices }) => textOf(slices)))
  expect(new Set(texts)).toEqual(new Set(['one 1\ntwo 1\nthree 1\n']))
  expect(begun).toBe(1)
  expect(await textOf((await scrapes.join('text', 'prometheus', begin)).slices)).toBe('one 2\ntwo 2\nthree 2\n')
  // A reader that comes late to the end of its own still has what it began with.
  expect(slow && (await textOf(slow.slices))).toBe('one 1\ntwo 1\nthree 1\n')
})

test('readers and formats have their own, up to a limit', async () => {
  begun = 0
  const scrapes = new SharedScrapes()
  await scrapes.join('text', 'one', begin)
  await scrapes.join('openmetrics', 'one', begin)
  await scrapes.join('text', 'two', begin)
  expect(begun).toBe(3)
  for (let reader = 0; reader < 100; reader += 1) await scrapes.join('text', `reader ${reader}`, begin)
  expect(begun).toBe(8)
})

test('one that fails is over', async () => {
  begun = 0
  const scrapes = new SharedScrapes()
  await expect(scrapes.join('text', 'one', () => Promise.reject(new Error('no points')))).rejects.toThrow('no points')
  expect(await textOf((await scrapes.join('text', 'one', begin)).slices)).toBe('one 1\ntwo 1\nthree 1\n')
})

test('one that its client gave up is not the answer of a later one', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  begun = 0
  const scrapes = new SharedScrapes()
  await scrapes.join('text', 'one', begin)
  vi.advanceTimersByTime(1001)
  const later = await scrapes.join('text', 'one', begin)
  expect(await textOf(later.slices)).toBe('one 2\ntwo 2\nthree 2\n')
})
