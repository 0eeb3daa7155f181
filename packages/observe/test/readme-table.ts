/**
 * Tables of the README, read back, so that what a test saw can be held against them.
 */
import { readFileSync } from 'node:fs'

type Row = Record<string, string>

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** The rows of the table that begins with this head, each as its cells by the names of the columns. */
export function readmeTable(head: string): Row[] {
  const at = readme.indexOf(head)
  if (at === -1) throw new Error(`the README has no table that begins with "${head}"`)
  const lines = readme.slice(at).split('\n\n', 1)[0]?.split('\n') ?? []
  const [columns = [], , ...rows] = lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  return rows.map((cells) => Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ''])))
}

/** What the table of clients says of this one; of code without the marks around it. */
export function clientInReadme(name: string): Row {
  const row = readmeTable('| client |').find(({ client }) => client?.startsWith(`\`${name}\``))
  if (row === undefined) throw new Error(`the README's table of clients has no ${name}`)
  return Object.fromEntries(Object.entries(row).map(([column, cell]) => [column, cell.replace(/^`(.*)`$/, '$1')]))
}
