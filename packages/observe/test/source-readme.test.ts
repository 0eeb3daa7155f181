/**
 * The guide to the source, src/README.md, against the source: each file that it names exists, and each function is in its file.
 */
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const source = new URL('../src/', import.meta.url)
const page = readFileSync(new URL('README.md', source), 'utf8')
const files = Array.from(page.matchAll(/`([\w/.-]+\.ts)`/g), ([, file = '']) => file)
/** Rows with a file in one cell and its functions in the next. */
const functions = Array.from(page.matchAll(/\| `([\w/.-]+\.ts)` \| ((?:`#?\w+`(?:, )?)+) \|/g)).flatMap(
  ([, file = '', cell = '']) => Array.from(cell.matchAll(/`(#?\w+)`/g), ([, name = '']) => ({ file, name })),
)

test('the guide has a table for the start, one request, one query, one scrape and one exit', () => {
  const titles = Array.from(page.matchAll(/^## (.+)$/gm), ([, title]) => title)
  expect(titles).toEqual([
    'The heart, in this order',
    'Start: `observe()`',
    'One request',
    'One query',
    'One scrape',
    'One exit',
  ])
})

test.each(files.filter((file) => file.includes('/')))('%s exists', (file) => {
  expect(existsSync(new URL(file, source))).toBe(true)
})

test.each(functions)('$file has $name', ({ file, name }) => {
  const text = readFileSync(new URL(file, source), 'utf8')
  // A declaration or a method, an imported one included: the name, then its parameters or types.
  expect(text).toMatch(new RegExp(`(?:^|[\\s.])${name}(?:<[^>]*>)?\\(`, 'm'))
})

test.each(Array.from(page.matchAll(/\]\(([^)]+)\)/g), ([, target = '']) => target))(
  'the link %s leads to a file',
  (target) => {
    expect(existsSync(new URL(target, source))).toBe(true)
  },
)
