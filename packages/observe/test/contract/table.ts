/**
 * The README's table of what each framework gives, read back, so that it can be held against what the contract saw.
 */
import { readFileSync } from 'node:fs'

/** What one set-up gave. */
export interface Seen {
  route?: boolean
  handledError?: boolean
  /** A client that goes away before anything was answered is recorded as such, without a status. */
  abortBefore?: boolean
  /** One that goes away after the first byte keeps the status that was sent. */
  abortAfter?: boolean
}

/** The columns, in the order of the table. */
const COLUMNS = ['route', 'handledError', 'abortBefore', 'abortAfter'] as const

export type Row = Record<(typeof COLUMNS)[number], string>

/** The table's row for what was seen with the adapter, where there is one, and without. */
export function rowOf(withAdapter: Seen | undefined, without: Seen = {}): Row {
  const cell = (column: keyof Seen): string => {
    if (without[column]) return 'always'
    return withAdapter?.[column] ? 'adapter' : 'no'
  }
  return {
    route: cell('route'),
    handledError: cell('handledError'),
    abortBefore: cell('abortBefore'),
    abortAfter: cell('abortAfter'),
  }
}

/** The row that the README has. */
export function rowOfReadme(framework: string): Row | undefined {
  return tableOfReadme().get(framework)
}

/** The whole table, by framework. */
function tableOfReadme(): Map<string, Row> {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const lines = readme.split('\n')
  const head = lines.findIndex((line) => /^\| framework \| route \|/.test(line))
  if (head === -1) throw new Error('the README has no table that begins with "| framework | route |"')
  const rows = new Map<string, Row>()
  for (const line of lines.slice(head + 2)) {
    if (!line.startsWith('|')) break
    const [framework = '', route = '', handledError = '', abortBefore = '', abortAfter = ''] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim())
    rows.set(framework, { route, handledError, abortBefore, abortAfter })
  }
  return rows
}
