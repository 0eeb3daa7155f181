/**
 * A strict reader of OpenMetrics 1.0 and of Prometheus text 0.0.4, for tests: throws at the first line that the grammar
 * forbids, at a sample outside its family, at a reserved label, at duplicate series and at buckets that do not add up.
 */

export interface Sample {
  name: string
  labels: Record<string, string>
  value: number
  exemplar?: { labels: Record<string, string>; value: number; timestamp: number }
}

export interface Family {
  name: string
  type: string
  help: string | undefined
  unit: string | undefined
  samples: Sample[]
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const LABELS = `\\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*",?)*\\}`
const NUMBER = '(?:[+-]?(?:\\d+(?:\\.\\d*)?(?:e[+-]?\\d+)?|Inf)|NaN)'
const SAMPLE = new RegExp(`^(${NAME})(${LABELS})? (${NUMBER})(?: # (${LABELS}) (${NUMBER}) (${NUMBER}))?$`)

const SUFFIXES: Record<string, string[]> = {
  counter: ['_total'],
  gauge: [''],
  unknown: [''],
  untyped: [''],
  info: ['_info'],
  histogram: ['_bucket', '_sum', '_count'],
}

/** Names of samples that a type may have, which no other family may have. */
const RESERVED: Record<string, string[]> = {
  counter: ['_total', '_created'],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  info: ['_info'],
}
const MONOTONIC = /^_(?:total|bucket|sum|count)$/

/** Parses `text` or throws an Error naming the line. */
export function parseMetrics(text: string, format: 'openmetrics' | 'text'): Map<string, Family> {
  const families = new Map<string, Family>()
  const lines = text.split('\n')
  if (lines.pop() !== '') throw new Error('the last line does not end')
  if (format === 'openmetrics' && lines.pop() !== '# EOF') throw new Error('no # EOF at the end')
  let current: Family | undefined
  const seen = new Set<string>()
  for (const line of lines) {
    const fail = (why: string): never => {
      throw new Error(`${why}: ${line}`)
    }
    const comment = /^# (HELP|TYPE|UNIT) (\S+)(?: ([^\n]*))?$/.exec(line)
    if (comment !== null) {
      const [, keyword = '', name = '', rest = ''] = comment
      if (current?.name !== name) {
        if (families.has(name)) fail('the family comes a second time')
        current = { name, type: '', help: undefined, unit: undefined, samples: [] }
        families.set(name, current)
      }
      if (keyword === 'HELP') current.help = rest
      else if (keyword === 'UNIT') {
        if (!name.endsWith(`_${rest}`)) fail('the name does not end with its unit')
        current.unit = rest
      } else if (rest === (format === 'text' ? 'unknown' : 'untyped')) fail('a type of the other format')
      else if (rest === 'gauge' && /_(?:count|sum|bucket)$/.test(name)) fail('a gauge with the suffix of a histogram')
      else current.type = rest
      continue
    }
    const found = SAMPLE.exec(line) ?? fail('not a sample')
    const [, name = '', labels = '', value = '', exemplarLabels, exemplarValue = '', timestamp = ''] = found
    if (current === undefined) return fail('a sample before any family')
    const suffixes =
      format === 'text' && current.type === 'counter' ? [''] : (SUFFIXES[current.type] ?? fail('unknown type'))
    if (!suffixes.some((suffix) => name === current?.name + suffix))
      fail(`not a sample of ${current.type} ${current.name}`)
    const sample: Sample = { name, labels: readLabels(labels), value: read(value) }
    if (Object.keys(sample.labels).some((label) => label.startsWith('__'))) fail('a label of a reserved name')
    const key = seriesOf(sample)
    if (seen.has(key)) fail('the series comes a second time')
    seen.add(key)
    if (exemplarLabels !== undefined) {
      if (format === 'text') fail('an exemplar in the text format')
      const own = readLabels(exemplarLabels)
      const characters = Object.entries(own).flat().join('').length
      if (characters > 128) fail('an exemplar with more than 128 characters')
      sample.exemplar = { labels: own, value: read(exemplarValue), timestamp: read(timestamp) }
    }
    current.samples.push(sample)
  }
  for (const family of families.values()) {
    if (family.type === 'histogram') checkBuckets(family)
    const own = RESERVED[family.type] ?? []
    const taken = own.find((suffix) => families.has(family.name + suffix))
    if (taken !== undefined) throw new Error(`${family.name}${taken} belongs to the ${family.type} ${family.name}`)
    const negative = family.samples.find(
      ({ name, value }) => MONOTONIC.test(name.slice(family.name.length)) && value < 0,
    )
    if (negative !== undefined && family.type !== 'gauge') throw new Error(`${negative.name} is negative`)
  }
  return families
}

/** One value of a family's sample, by the labels that matter. */
export function sampleValue(
  families: Map<string, Family>,
  name: string,
  labels: Record<string, string> = {},
): number | undefined {
  for (const family of families.values()) {
    for (const sample of family.samples) {
      if (sample.name !== name) continue
      if (Object.entries(labels).every(([label, value]) => sample.labels[label] === value)) return sample.value
    }
  }
  return undefined
}

/** Labels have no order, and an empty one is none. */
function seriesOf({ name, labels }: Sample): string {
  return `${name}${JSON.stringify(
    Object.entries(labels)
      .filter(([, value]) => value !== '')
      .toSorted(),
  )}`
}

function readLabels(text: string): Record<string, string> {
  // Without a prototype, so that a label may have any name.
  const labels: Record<string, string> = Object.create(null)
  for (const [, name = '', value = ''] of text.matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g)) {
    if (name in labels) throw new Error(`the label ${name} comes twice: ${text}`)
    labels[name] = value.replace(/\\(["\\n])/g, (_, escaped) => (escaped === 'n' ? '\n' : escaped))
  }
  return labels
}

function read(number: string): number {
  return Number(number.replace('Inf', 'Infinity'))
}

/** Buckets rise, end with +Inf, and that one equals the count; an exemplar lies within its bucket. */
function checkBuckets({ name, samples }: Family): void {
  const series = new Map<string, { last: number; bound: number }>()
  for (const sample of samples) {
    const { le, ...rest } = sample.labels
    const key = JSON.stringify(rest)
    const state = series.get(key) ?? { last: 0, bound: Number.NEGATIVE_INFINITY }
    if (sample.name === `${name}_bucket`) {
      const bound = read(le ?? '')
      if (!(bound > state.bound) || sample.value < state.last) throw new Error(`buckets of ${name} do not rise: ${key}`)
      const own = sample.exemplar?.value
      if (own !== undefined && (own > bound || own <= state.bound))
        throw new Error(`exemplar outside its bucket: ${own}`)
      series.set(key, { last: sample.value, bound })
    } else if (sample.name === `${name}_count`) {
      if (state.bound !== Number.POSITIVE_INFINITY) throw new Error(`no +Inf bucket: ${name}${key}`)
      if (state.last !== sample.value) throw new Error(`count and +Inf differ: ${name}${key}`)
    }
  }
}
