/**
 * Compares the measures of two sides, and prints them as a table.
 */
import Table from 'cli-table3'
import { type Effect, effectOf } from './effect.ts'
import { measuredOf } from './measured.ts'
import type { Sides } from './sides.ts'

export interface Compared extends Effect {
  name: string
  unit: string
}

/** Every measure that all runs have. */
export function compare({ before, after }: Pick<Sides, 'before' | 'after'>): Compared[] {
  const [one, other] = [before.map(measuredOf), after.map(measuredOf)]
  const all = [...one, ...other]
  const names = (one[0] ?? []).filter(({ name }) => all.every((run) => run.some((measure) => measure.name === name)))
  const valuesOf = (side: typeof all, name: string) =>
    side.flatMap((run) => run.flatMap((measure) => (measure.name === name ? measure.value : [])))
  return names.map(({ name, unit }) => ({ name, unit, ...effectOf(valuesOf(one, name), valuesOf(other, name)) }))
}

export function tableOf({ before, after, warnings }: Sides, effects: readonly Compared[]): string {
  const table = new Table({
    head: ['', 'before', 'after', 'change', '99 % interval', 'verdict'],
    style: { head: [], border: [] },
  })
  for (const effect of effects) {
    const { name, unit } = effect
    table.push([
      name,
      figure(effect.before, unit),
      figure(effect.after, unit),
      changeOf(effect),
      intervalOf(effect),
      verdictText(effect),
    ])
  }
  const counts = `${before.length} ${before.length === 1 ? 'run' : 'runs'} before, ${after.length} after; means of the runs.`
  return `${[...warnings.map((text) => `Warning: ${text}`), table.toString(), counts].join('\n')}\n`
}

function verdictText({ verdict, needed }: Effect): string {
  return needed === null ? verdict : `${verdict}: about ${needed} runs a side`
}

function changeOf({ before, after, change }: Effect): string {
  return before > 0 && after > 0 ? signed(change, '%') : signed(change, '')
}

function intervalOf({ before, after, interval }: Effect): string {
  if (!interval) return ''
  const unit = before > 0 && after > 0 ? '%' : ''
  return `${signed(interval[0], '')} to ${signed(interval[1], unit)}`
}

function signed(value: number, unit: string): string {
  const text = Math.abs(value) > 1000 ? value.toFixed(0) : value.toPrecision(3)
  return `${value > 0 ? '+' : ''}${text}${unit && ` ${unit}`}`
}

function figure(value: number, unit: string): string {
  return `${Number(value.toPrecision(3))} ${unit}`.trim()
}
