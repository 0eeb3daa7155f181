/**
 * Holds the lists of files in CONTRIBUTING.md against the tree: with its example in the place of NAME, every path exists.
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(`${root}.github/CONTRIBUTING.md`, 'utf8')
const paths = page
  .split('\n### ')
  .slice(1)
  .flatMap((section) => {
    const [, title = '', example = ''] = /^(.+) \((\S+)\)\n/.exec(section) ?? []
    const named = Array.from(
      section.matchAll(/`((?:packages|demo|ops|\.config|\.changeset)\/[^` ]+|pnpm-workspace\.yaml)`/g),
      ([, path = '']) => path,
    )
    return named.map((path) => ({ title, path: path.replaceAll('NAME', example) }))
  })

test('there are six ways to contribute, each with its files', () => {
  const titles = Array.from(new Set(paths.map(({ title }) => title)))
  expect(titles).toEqual([
    'A framework',
    'A client that publishes a channel',
    'A metric',
    'A page of the console',
    'A dashboard',
    'A service of the shop',
  ])
})

test.each(paths)('$title: $path exists', ({ path }) => {
  expect(existsSync(`${root}${path}`)).toBe(true)
})

test('every command exists as a script of the root', () => {
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
  const commands = Array.from(page.matchAll(/`pnpm ([a-z][a-z:-]*)/g), ([, command = '']) => command)
  expect(commands.filter((command) => !(command in scripts))).toEqual([])
})
