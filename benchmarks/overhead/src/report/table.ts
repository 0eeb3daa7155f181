/** The results as tables: for the terminal, and as Markdown for the README. */
import Table from 'cli-table3'
import { isComplete } from '../run/measure.ts'
import { type Estimate, estimate, isMeaningful, overhead } from './estimate.ts'
import { deliveredOf, type Results, type Row } from './results.ts'

export interface Grid {
  title: string
  head: string[]
  rows: string[][]
}

export function gridsOf(results: Results, titles: Map<string, string>): Grid[] {
  const frameworks = [...new Set(results.rows.map((row) => row.framework))]
  const costs = frameworks.map((framework) => costGrid(results, framework, titles))
  return results.footprints.length === 0 ? costs : [...costs, footprintGrid(results, titles)]
}

function costGrid({ rows }: Results, framework: string, titles: Map<string, string>): Grid {
  const own = rows.filter((row) => row.framework === framework)
  const bare = own.find((row) => row.variant === 'bare')
  const library = own.find((row) => row.variant === 'observe')
  return {
    title: titles.get(framework) ?? framework,
    head: [
      '',
      'CPU µs a request',
      '× bare',
      'over bare',
      '× over bare of @lab/observe',
      'arrived',
      'p50 ms',
      'p99 ms',
      'loop p99 ms',
      'peak MB',
      'heap KB a request',
    ],
    rows: own.map((row) => [
      titles.get(row.variant) ?? row.variant,
      spread(estimate(row.costs.map(({ cpuUs }) => cpuUs))),
      ...ratio(row, bare),
      besideLibrary(row, library, bare),
      arrived(row),
      ...latencyOf(row),
      memory(row, bare),
      row.heapBytes === undefined ? '' : (row.heapBytes / 1000).toFixed(1),
    ]),
  }
}

function ratio(row: Row, bare: Row | undefined): [string, string] {
  if (bare === undefined || row === bare) return ['', '']
  const { ratio, difference } = overhead(cpuOf(row), cpuOf(bare))
  if (!isMeaningful(ratio)) return ['no ratio', `spread ${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}`]
  return [ratio.median.toFixed(2), `+${spread(difference)}`]
}

/** How many times what the library costs over bare. */
function besideLibrary(row: Row, library: Row | undefined, bare: Row | undefined): string {
  if (library === undefined || bare === undefined || row === bare || row === library) return ''
  const over = (one: Row): number[] => cpuOf(one).map((us, round) => us - (cpuOf(bare)[round] ?? Number.NaN))
  const { ratio } = overhead(over(row), over(library))
  return isMeaningful(ratio) ? ratio.median.toFixed(1) : `${ratio.low.toFixed(1)} to ${ratio.high.toFixed(1)}`
}

function cpuOf({ costs }: Row): number[] {
  return costs.map(({ cpuUs }) => cpuUs)
}

/** Everything, or the share of each signal; next to it what a request costs at a rate at which everything arrives. */
function arrived(row: Row): string {
  const { spans, lines, metrics } = deliveredOf(row)
  const named = Object.entries({ spans, lines, metrics }).filter(([, share]) => share !== undefined)
  if (named.length === 0) return ''
  if (isComplete({ spans, lines, metrics })) return named.map(([signal]) => signal).join(', ')
  const shares = named.map(([signal, share = 0]) => `${(share * 100).toFixed(0)} % of ${signal}`).join(', ')
  if (row.complete === undefined) return `! ${shares}; not all at any rate`
  return `! ${shares}; all at ${row.complete.rate}/s, ${row.complete.cpuUs.toFixed(0)} µs`
}

function latencyOf({ latency, overloaded }: Row): [string, string, string] {
  if (overloaded) return ['overload', 'overload', '']
  if (latency === undefined) return ['', '', '']
  const { windows, delivered } = latency
  const mark = isComplete(delivered) ? '' : '! '
  return [
    estimate(windows.map(({ p50Ms }) => p50Ms)).median.toFixed(2),
    mark + spread(estimate(windows.map(({ p99Ms }) => p99Ms))),
    estimate(windows.map(({ delayMs }) => delayMs.p99)).median.toFixed(2),
  ]
}

function memory(row: Row, bare: Row | undefined): string {
  const peak = ({ costs }: Row): number => estimate(costs.map(({ peakBytes }) => peakBytes)).median / 1e6
  const own = peak(row).toFixed(0)
  return bare === undefined || row === bare ? own : `${own} (+${(peak(row) - peak(bare)).toFixed(0)})`
}

function footprintGrid({ footprints }: Results, titles: Map<string, string>): Grid {
  return {
    title: 'To load and to install',
    head: ['', 'import ms', 'packages', 'MB'],
    rows: footprints.map(({ variant, importMs, packages, bytes }) => [
      titles.get(variant) ?? variant,
      importMs.toFixed(0),
      String(packages),
      (bytes / 1e6).toFixed(1),
    ]),
  }
}

/** A median, and how far the quartiles are from it. */
function spread({ median, low, high }: Estimate): string {
  return `${median.toFixed(1)} ±${(Math.max(high - median, median - low)).toFixed(1)}`
}

export function terminalText(grids: Grid[]): string {
  return grids
    .map(({ title, head, rows }) => {
      const table = new Table({
        head,
        style: { head: [], border: [] },
        colAligns: head.map((_, at) => (at === 0 ? 'left' : 'right')),
      })
      table.push(...rows)
      return `${title}\n${table.toString()}\n`
    })
    .join('\n')
}

export function markdownText(grids: Grid[]): string {
  return grids
    .map(({ title, head, rows }) => {
      const line = (cells: string[]): string => `| ${cells.join(' | ')} |`
      const rule = head.map((_, at) => (at === 0 ? '---' : '---:'))
      return [`### ${title}`, '', line(head), line(rule), ...rows.map(line), ''].join('\n')
    })
    .join('\n')
}
