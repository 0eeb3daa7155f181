/**
 * What ops/ holds is what the mixin makes of the shop's options, and the shop's own alerts.
 */

import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { shopFiles } from '../shop/files.ts'

const ops = join(import.meta.dirname, '..', '..', '..', 'ops')
const files = shopFiles()
const again = 'Run `pnpm --filter @lab/observe-mixin generate`.'

/** Alerts that hold for the shop alone, and their test: written by hand. */
const OWN = ['prometheus/rules/shop.yml', 'prometheus/tests/shop.yml']

test.for(Object.keys(files))('%s is what is generated', async (path) => {
  expect(await readFile(join(ops, path), 'utf8').catch(() => ''), again).toBe(files[path])
})

test('folders of generated files hold no other', async () => {
  for (const folder of new Set(Object.keys(files).map(dirname))) {
    const names = await readdir(join(ops, folder))
    const expected = Object.keys(files).filter((path) => dirname(path) === folder)
    const found = names.map((name) => join(folder, name)).filter((path) => !OWN.includes(path))
    expect(found.toSorted(), again).toEqual(expected.toSorted())
  }
})
