/**
 * A table of figures: columns that sort (the order stands in the address), rows that open on click or Enter.
 */

import type { ComponentChildren } from 'preact'
import { change, go, param } from '../state/address.ts'
import { useRoving } from './roving.ts'

export interface Column<Row> {
  id: string
  head: string
  /** Longer words for the head, shown on hover. */
  title?: string
  number?: boolean
  /** What to sort by; a column without it does not sort. Nulls go last. */
  by?: (row: Row) => number | string | null
  cell: (row: Row) => ComponentChildren
}

interface TableProps<Row> {
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf: (row: Row) => string
  /** Where a row leads. */
  linkOf: (row: Row) => string
  chosen?: (row: Row) => boolean
  /** Column id, with a minus for descending. */
  order: string
}

export function Table<Row>({ label, columns, rows, keyOf, linkOf, chosen, order: usual }: TableProps<Row>) {
  const order = param('sort') || usual
  const sorted = inOrder(rows, columns, order)
  const roving = useRoving(sorted.length, (index) => {
    const row = sorted[index]
    if (row) go(linkOf(row))
  })
  return (
    <div class="scroll-x">
      <table class="table" aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.id} column={column} order={order} />
            ))}
          </tr>
        </thead>
        <tbody onKeyDown={roving.onKeyDown}>
          {sorted.map((row, index) => (
            <tr
              key={keyOf(row)}
              {...roving.row(index)}
              aria-selected={chosen?.(row)}
              onClick={(event) => {
                if (!(event.target instanceof Element && event.target.closest('a,button'))) go(linkOf(row))
              }}
            >
              {columns.map((column) => (
                <td key={column.id} class={column.number ? 'number' : undefined}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Head<Row>({ column, order }: { column: Column<Row>; order: string }) {
  const { id, head, number, by, title } = column
  const sorted = order.replace(/^-/, '') === id
  const descending = order.startsWith('-')
  const direction = descending ? 'descending' : 'ascending'
  const next = sorted && descending ? id : `-${id}`
  return (
    <th class={number ? 'number' : undefined} title={title} aria-sort={sorted ? direction : undefined} scope="col">
      {by ? (
        <button type="button" class="sort" onClick={() => change({ sort: next }, 'replace')}>
          {head}
        </button>
      ) : (
        head
      )}
    </th>
  )
}

function inOrder<Row>(rows: readonly Row[], columns: readonly Column<Row>[], order: string): Row[] {
  const by = columns.find((column) => column.id === order.replace(/^-/, ''))?.by
  if (!by) return [...rows]
  const sign = order.startsWith('-') ? -1 : 1
  return rows.toSorted((a, b) => compare(by(a), by(b), sign))
}

function compare(a: number | string | null, b: number | string | null, sign: number): number {
  if (a === b) return 0
  if (a === null) return 1
  if (b === null) return -1
  if (typeof a === 'string' || typeof b === 'string') return sign * String(a).localeCompare(String(b))
  return sign * (a - b)
}
