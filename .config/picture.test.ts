/**
 * The picture of the README is of the front page as it is.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { frontPageStamp, stampFile } from '../.github/front-page.ts'

const folder = await mkdtemp(join(tmpdir(), 'storefront-'))

afterAll(() => rm(folder, { recursive: true }))

test('the front page has not changed since the picture of the README was taken', async () => {
  const advice = 'Take the picture again: `pnpm demo up`, then `pnpm picture`.'
  expect((await readFile(stampFile, 'utf8')).trim(), advice).toBe(await frontPageStamp())
})

test('what shows on the front page changes the stamp, and nothing else does', async () => {
  await cp(join(import.meta.dirname, '../demo/gateway/storefront'), folder, { recursive: true })
  const stamp = await frontPageStamp(folder)
  const change = async (path: string, from: RegExp, to: string) => {
    const text = await readFile(join(folder, path), 'utf8')
    expect(text).toMatch(from)
    await writeFile(join(folder, path), text.replace(from, to))
    const changed = await frontPageStamp(folder)
    await writeFile(join(folder, path), text)
    return changed
  }
  expect(await change('assets/shelf.css', /padding/, 'margin')).not.toBe(stamp)
  expect(await change('assets/words.js', /in stock/, 'there')).not.toBe(stamp)
  expect(await change('assets/words.js', /\/\*\*/, '/** More.')).toBe(stamp)
  expect(await change('assets/orders.js', /orders/, 'others')).toBe(stamp)
})
