/**
 * The pages against the code: what is generated is up to date, every example has its page, and every link leads somewhere.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { pages } from '../docs/pages.ts'
import { HONOURED } from '../src/core/environment.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = join(root, 'README.md')
const texts = new Map([...pages().keys(), readme].map((path) => [path, readFileSync(path, 'utf8')]))

it.each([...pages()])('%s is what `pnpm run generate` writes', (path, text) => expect(texts.get(path)).toBe(text))

it('every example is on a page', () => {
  const all = [...texts.values()].join('\n')
  for (const name of readdirSync(join(root, 'examples'))) expect(all).toContain(`<!-- example: ${name} -->`)
})

describe('every link leads somewhere', () => {
  const links = [...texts].flatMap(([path, text]) =>
    Array.from(text.matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => ({ page: relative(root, path), path, target })),
  )
  it.each(links.filter(({ target }) => !/^https?:/.test(target)))('$page: $target', ({ path, target }) => {
    const [file = '', anchor] = target.split('#')
    const full = file === '' ? path : join(dirname(path), file)
    expect(existsSync(full)).toBe(true)
    if (anchor !== undefined) expect(anchorsOf(readFileSync(full, 'utf8'))).toContain(anchor)
  })
})

it('the README lists exactly the variables that are honoured', () => {
  const table = texts.get(readme)?.split('### Environment')[1] ?? ''
  const named = new Set(table.match(/\b(?:OTEL_[A-Z_]+|LOG_LEVEL)\b/g))
  expect([...named].sort()).toEqual([...HONOURED].sort())
})

/** As GitHub makes them of headings. */
function anchorsOf(text: string): string[] {
  return Array.from(text.matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )
}
