/**
 * The workflows install the pnpm that package.json names: a floating version would run in the job that may publish.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const { packageManager }: { packageManager: string } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))

test.each(readdirSync(`${root}.github/workflows`))('%s installs the pinned pnpm', (name) => {
  const text = readFileSync(`${root}.github/workflows/${name}`, 'utf8')
  const installed = Array.from(text.matchAll(/\b(pnpm@\S+)/g), ([, version]) => version)
  for (const version of installed) expect(version).toBe(packageManager)
})
