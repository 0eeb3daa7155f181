/**
 * The pages against the code: what is generated is up to date, every example has its page, and every link leads somewhere.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { pages } from '../docs/pages.ts'
import { exposedAs } from '../docs/reference.ts'
import { HONOURED } from '../src/core/environment.ts'
import { labelName } from '../src/core/exposed-names.ts'
import { metric } from '../src/core/instruments.ts'
import type { MetricDescription } from '../src/core/metric-description.ts'
import { attribute, resourceAttribute } from '../src/core/names.ts'
import { createTestObserve } from '../src/testing.ts'

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

describe.each([...texts])('%s', (_path, text) => {
  it('names variables that are honoured', () => {
    const named = new Set(text.match(/\bOTEL_[A-Z_]+[A-Z]\b/g))
    expect([...named].filter((name) => !HONOURED.some((known) => known === name))).toEqual([])
  })

  it('names metrics and labels that there are', () => {
    const left = text.replace(/^\| `[^|]*`[^|]*(?=\| .*\|$)/gm, (cell) => (text.includes('# Coming from') ? '' : cell))
    const named =
      left.match(/(?<=`)(?:http|db|nodejs|v8js|process|target|observe)_[a-z0-9_]+(?:\{[^}]*\})?(?=`)/g) ?? []
    for (const name of named) {
      const [metricName = '', within = ''] = name.split(/[{}]/)
      expect(exposed.has(metricName), metricName).toBe(true)
      for (const label of within.split(',').map((pair) => pair.split('=', 1)[0] ?? '')) {
        if (label !== '') expect(labels.has(label), label).toBe(true)
      }
    }
  })
})

it('what the page on security says is redacted is redacted', () => {
  const section = /## Redaction[\s\S]*?; and in/.exec(texts.get(join(root, 'docs/security.md')) ?? '')?.[0] ?? ''
  const names = Array.from(section.matchAll(/`([\w-]+)`/g), ([, name = '']) => name)
  expect(names).toContain('authorization')
  const obs = createTestObserve()
  obs.log.info({ ...Object.fromEntries(names.map((name) => [name, 's3cret'])), user: { password: 's3cret' } }, 'logged')
  expect(JSON.stringify(obs.lines)).not.toContain('s3cret')
})

const exposed = new Set(['target_info', ...Object.values<MetricDescription>(metric).map(exposedAs)])
const labels = new Set(Object.values({ ...attribute, ...resourceAttribute }).map(labelName))

/** As GitHub makes them of headings. */
function anchorsOf(text: string): string[] {
  return Array.from(text.matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )
}
