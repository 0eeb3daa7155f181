/**
 * A table with one row for each of something and one column for each question. Each query answers one question with an
 * instant value; rows of the same labels are merged.
 */

import type { DashboardLinkBuilder, DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table'
import { describePanel, type MeasuredOptions, type PanelOptions, stepsOf } from './panel.ts'
import { type Query, rows } from './queries.ts'

export interface TableOptions extends Omit<PanelOptions, 'queries'> {
  /** What the rows are, by label: the column's title, and where a click leads. */
  readonly keys: readonly Key[]
  readonly columns: readonly Column[]
}

interface Key {
  readonly label: string
  readonly title: string
  readonly links?: readonly DashboardLinkBuilder[]
}

export interface Column extends Pick<MeasuredOptions, 'unit' | 'limits'> {
  readonly title: string
  readonly query: Query
}

/** A column of a PromQL expression. */
export function column(title: string, unit: string, expr: string, limits?: Column['limits']): Column {
  return { title, unit, query: rows(expr), ...(limits && { limits }) }
}

export function table({ keys, columns, ...options }: TableOptions): PanelBuilder {
  const panel = describePanel(new PanelBuilder(), { ...options, queries: columns.map(({ query }) => query) })
  const names = columns.flatMap(({ title }, index) => valueNames(columns.length, index).map((name) => [name, title]))
  panel.withTransformation({ id: 'merge', options: {} }).withTransformation({
    id: 'organize',
    options: {
      excludeByName: { Time: true },
      renameByName: Object.fromEntries([...keys.map(({ label, title }) => [label, title]), ...names]),
      indexByName: Object.fromEntries(
        [...keys.map(({ label }) => label), ...names.map(([name]) => name)].map(positioned),
      ),
    },
  })
  for (const { title, links = [] } of keys) {
    if (links.length > 0) panel.overrideByName(title, [{ id: 'links', value: links.map((link) => link.build()) }])
  }
  for (const one of columns) panel.overrideByName(one.title, columnSettings(one))
  return panel
}

/** As datasources call the value of a query: by its letter, but Prometheus only where there are several. */
function valueNames(count: number, index: number): string[] {
  const name = `Value #${String.fromCharCode(65 + index)}`
  return count === 1 ? ['Value', name] : [name]
}

function positioned(name: string | undefined, index: number): [string, number] {
  return [name ?? '', index]
}

function columnSettings({ unit, limits }: Column): DynamicConfigValue[] {
  return [
    { id: 'unit', value: unit },
    ...(limits
      ? [
          { id: 'thresholds', value: { mode: 'absolute', steps: stepsOf(limits) } },
          { id: 'custom.cellOptions', value: { type: 'color-text' } },
        ]
      : []),
  ]
}
