/**
 * The pages against the code: what is generated is up to date, every example has its page, and every link leads somewhere.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { pages } from '../docs/pages.ts'
import { exposedAs } from '../docs/reference.ts'
import { metric } from '../src/conventions/instruments.ts'
import type { MetricDescription } from '../src/conventions/metric-description.ts'
import { attribute, resourceAttribute } from '../src/conventions/names.ts'
import { labelName } from '../src/conventions/prometheus-names.ts'
import { EXIT_TIMEOUT_MS } from '../src/otlp/deliveries.ts'
import { resolveOptions } from '../src/settings/options.ts'
import { SUPPORTED_VARIABLES, unsupportedVariables } from '../src/settings/variables.ts'
import { createTestObserve } from '../src/testing.ts'

const knownVariables = new Set<string>([...SUPPORTED_VARIABLES, ...Object.keys(unsupportedVariables)])
const root = fileURLToPath(new URL('..', import.meta.url))
const readme = join(root, 'README.md')
const texts = new Map([...pages().keys(), readme].map((path) => [path, readFileSync(path, 'utf8')]))

test.each([...pages()])('%s is what `pnpm run generate` writes', (path, text) => expect(texts.get(path)).toBe(text))

test('every example is on a page', () => {
  const all = [...texts.values()].join('\n')
  for (const name of readdirSync(join(root, 'examples'))) expect(all).toContain(`<!-- example: ${name} -->`)
})

describe('every link leads somewhere', () => {
  const links = [...texts].flatMap(([path, text]) =>
    Array.from(text.matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => ({ page: relative(root, path), path, target })),
  )
  test.each(links.filter(({ target }) => !/^https?:/.test(target)))('$page: $target', ({ path, target }) => {
    const [file = '', anchor] = target.split('#')
    const full = file === '' ? path : join(dirname(path), file)
    expect(existsSync(full)).toBe(true)
    if (anchor !== undefined) expect(anchorsOf(readFileSync(full, 'utf8'))).toContain(anchor)
  })
})

test('the README lists exactly the variables that are supported', () => {
  const table = texts.get(readme)?.split('### Environment')[1] ?? ''
  const named = new Set(table.match(/\b(?:OTEL|LOG|OBSERVE)_[A-Z_]+\b/g))
  expect([...named].sort()).toEqual([...SUPPORTED_VARIABLES].sort())
})

describe('defaults in tables are those of the code', () => {
  const everything = { OTEL_METRICS_EXPORTER: 'prometheus,otlp', OTEL_LOGS_EXPORTER: 'otlp' }
  const { traces, metrics, logDelivery, admin, log } = resolveOptions({}, everything)
  const [spans, lines] = [traces?.delivery, logDelivery]
  const defaults = [
    ['OTEL_EXPORTER_OTLP_ENDPOINT', new URL(spans?.endpoint.url ?? '').origin],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', `${spans?.endpoint.timeoutMs} ms`],
    ['OTEL_METRIC_EXPORT_INTERVAL', `${metrics?.push?.intervalMs} ms`],
    ['OTEL_BSP_SCHEDULE_DELAY', `${spans?.limits.delayMs} ms`],
    ['OTEL_BLRP_SCHEDULE_DELAY', `${lines?.limits.delayMs} ms`],
    ['OTEL_BSP_MAX_QUEUE_SIZE', `${spans?.limits.maxQueue}`],
    ['OTEL_BLRP_MAX_QUEUE_SIZE', `${lines?.limits.maxQueue}`],
    ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE', `${spans?.limits.maxBatch}`],
    ['OTEL_BLRP_MAX_EXPORT_BATCH_SIZE', `${lines?.limits.maxBatch}`],
    ['OTEL_EXPORTER_PROMETHEUS_HOST', `${admin?.host}`],
    ['OTEL_EXPORTER_PROMETHEUS_PORT', `${admin?.port}`],
    ['LOG_LEVEL', log.level],
    ['metrics.maxSeries', `${metrics?.maxSeries}`],
    ['leaving the process', `${EXIT_TIMEOUT_MS / 1000} s`],
  ]
  test.each(defaults)('%s: %s', (name = '', value = '') => {
    const environment = /### Environment[\s\S]*?\n## /.exec(texts.get(readme) ?? '')?.[0] ?? ''
    const limits = /## Limits[\s\S]*?\n## /.exec(texts.get(join(root, 'docs/operations.md')) ?? '')?.[0] ?? ''
    const rows = `${environment}\n${limits}`.split('\n').filter((line) => line.startsWith('|') && line.includes(name))
    const exact = rows.filter((row) => new RegExp(`(?<![\\w])${name}(?![\\w])`).test(row))
    expect(exact).not.toEqual([])
    for (const row of exact) expect(row.replaceAll('`', '')).toMatch(new RegExp(`\\| ${value}\\b`))
  })
})

describe.each([...texts])('%s', (_path, text) => {
  test('names variables of the table', () => {
    const named = new Set(text.match(/\bOTEL_[A-Z_]+[A-Z]\b/g))
    expect([...named].filter((name) => !knownVariables.has(name))).toEqual([])
  })

  test('names metrics and labels that there are', () => {
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

test('the page on operations names alerts that there are', () => {
  const rules = readFileSync(join(root, '../mixin/src/rules/telemetry.ts'), 'utf8')
  const named = texts.get(join(root, 'docs/operations.md'))?.match(/(?<=`)[A-Z][a-z]+[A-Z]\w+(?=`)/g) ?? []
  expect(named.length).toBeGreaterThan(0)
  for (const name of named) expect(rules).toContain(`'${name}'`)
})

test('what the page on security says is redacted is redacted', () => {
  const section =
    /## Redaction[\s\S]*?Lists of headers/.exec(texts.get(join(root, 'docs/security.md')) ?? '')?.[0] ?? ''
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
