/**
 * Names in Prometheus: dots become underscores, the unit becomes a suffix. The rules and the table of UCUM units are those
 * of OpenTelemetry's compatibility specification.
 */

export type MetricKind = 'counter' | 'gauge' | 'histogram'

const UNITS = new Map([
  ['d', 'days'],
  ['h', 'hours'],
  ['min', 'minutes'],
  ['s', 'seconds'],
  ['ms', 'milliseconds'],
  ['us', 'microseconds'],
  ['ns', 'nanoseconds'],
  ['By', 'bytes'],
  ['KiBy', 'kibibytes'],
  ['MiBy', 'mebibytes'],
  ['GiBy', 'gibibytes'],
  ['TiBy', 'tebibytes'],
  ['KBy', 'kilobytes'],
  ['MBy', 'megabytes'],
  ['GBy', 'gigabytes'],
  ['TBy', 'terabytes'],
  ['m', 'meters'],
  ['V', 'volts'],
  ['A', 'amperes'],
  ['J', 'joules'],
  ['W', 'watts'],
  ['g', 'grams'],
  ['Cel', 'celsius'],
  ['Hz', 'hertz'],
  ['%', 'percent'],
])

const PER = new Map([
  ['s', 'second'],
  ['m', 'minute'],
  ['h', 'hour'],
  ['d', 'day'],
  ['w', 'week'],
  ['mo', 'month'],
  ['y', 'year'],
])

/** The name of a family; a counter's samples add `_total`. */
export function exposedName(name: string, unit: string, kind: MetricKind): string {
  let exposed = name.replace(/[^a-zA-Z0-9_:]+/g, '_').replace(/_{2,}/g, '_')
  if (kind === 'counter') exposed = exposed.replace(/_total$/, '')
  // Also where nothing is left of the name.
  if (!/^[a-zA-Z_:]/.test(exposed)) exposed = `_${exposed}`
  const suffix = unitSuffix(unit, kind)
  return suffix === '' || exposed.endsWith(`_${suffix}`) ? exposed : `${exposed}_${suffix}`
}

/** Names that the resource has on every page: an instrument may not. */
export const RESERVED_NAMES = ['target', 'target_info']

/** Every name that a family's lines begin with; no two families may share one. */
export function namesOf(family: string, kind: MetricKind): string[] {
  return [family, ...SUFFIXES[kind].map((suffix) => family + suffix)]
}

const SUFFIXES: Record<MetricKind, string[]> = {
  counter: ['_total', '_created'],
  gauge: [],
  histogram: ['_bucket', '_sum', '_count', '_created'],
}

/** The suffix that a unit gives: `s` gives `seconds`, `By/s` gives `bytes_per_second`, `{order}` gives nothing. */
export function unitSuffix(unit: string, kind: MetricKind): string {
  const plain = unit.replace(/\{[^}]*\}/g, '')
  if (plain === '1') return kind === 'gauge' ? 'ratio' : ''
  const [counted = '', per] = plain.split('/')
  const suffix = unitWord(counted, UNITS)
  return per === undefined || per === '' ? suffix : `${suffix}_per_${unitWord(per, PER)}`.replace(/^_/, '')
}

/** Labels that /metrics writes itself; an attribute of such a name becomes `exported_le`, as Prometheus renames conflicts. */
const OWN_LABELS = new Set(['le', 'otel_scope_name', 'otel_scope_version', 'otel_scope_schema_url'])

/** Never two underscores in a row: names that begin with them are reserved by Prometheus. */
export function labelName(key: string): string {
  const name = key.replace(/[^a-zA-Z0-9]+/g, '_')
  if (OWN_LABELS.has(name)) return `exported_${name}`
  return /^(?:[0-9]|$)/.test(name) ? `key_${name}` : name
}

function unitWord(unit: string, words: Map<string, string>): string {
  return (words.get(unit) ?? unit).replace(/[^a-zA-Z0-9]+/g, '_').replace(/^_+|_+$/g, '')
}
