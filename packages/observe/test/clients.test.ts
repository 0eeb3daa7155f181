/**
 * The README's table of clients against the code: one row for each file in `src/clients`.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

test('the table names exactly the clients that are observed', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const table = readme.slice(readme.indexOf('| client |')).split('\n\n')[0] ?? ''
  const named = Array.from(table.matchAll(/^\| `(\w+)`/gm), ([, name]) => `${name}.ts`)
  const files = readdirSync(new URL('../src/clients', import.meta.url)).filter((name) =>
    /^(?!clients\.).*\.ts$/.test(name),
  )
  expect(named.toSorted()).toEqual(files.toSorted())
})
