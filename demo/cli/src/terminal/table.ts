/**
 * Tables for the terminal: columns without a frame, which read well and can be copied from. A link that a terminal breaks
 * over two lines can be neither clicked nor copied, so on a narrow one whole columns are left out.
 */

import { stripVTControlCharacters, styleText } from 'node:util'
import Table from 'cli-table3'

const noFrame = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
    .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'])
    .map((name) => [name, '']),
)

export interface TableOptions {
  /** Columns whose cells end in line: numbers read best so. */
  readonly right?: readonly number[]
  /** Columns that may be left out where the table is too wide, the first of them first. */
  readonly optional?: readonly number[]
  /** Characters of a line. Default: those of the terminal; no bound elsewhere. */
  readonly width?: number
}

/** Rows under a head; every cell may be styled. */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { right = [], optional = [], width = process.stdout.columns ?? Number.POSITIVE_INFINITY }: TableOptions = {},
): string {
  const all = head.map((_, column) => column)
  const format = (columns: readonly number[]) => formatColumns(columns, head, rows, right)
  let kept = all
  let table = format(kept)
  for (const column of optional) {
    if (widthOf(table) <= width) break
    kept = kept.filter((each) => each !== column)
    table = format(kept)
  }
  const missing = all.filter((column) => !kept.includes(column) && head[column]).map((column) => head[column])
  if (missing.length === 0) return table
  return `${table}\n\n  ${styleText('dim', `A wider terminal also shows: ${missing.join(', ')}.`)}`
}

function formatColumns(
  columns: readonly number[],
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[],
): string {
  const table = new Table({
    head: columns.map((column) => styleText('dim', head[column] ?? '')),
    chars: { ...noFrame, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: columns.map((column) => (right.includes(column) ? 'right' : 'left')),
  })
  table.push(...rows.map((row) => columns.map((column) => row[column] ?? '')))
  const lines = table.toString().split('\n')
  return lines.map((line) => `  ${line.trimEnd()}`).join('\n')
}

function widthOf(table: string): number {
  return Math.max(...table.split('\n').map((line) => stripVTControlCharacters(line).trimEnd().length))
}
