/**
 * A report as it is handed over: text that is bounded and ends with what goes deeper, in the words of the reader, who types a command
 * or calls a tool.
 */

import type { Report, Step } from './report.ts'
import { definitionOf } from './reports.ts'

/** Characters of one answer. An agent reads all of it, and pays for it. */
const MOST_CHARACTERS = 12_000

export type Wording = (step: Step) => string

export function answerText({ lines, next }: Report, wording: Wording): string {
  const steps = next.slice(0, 5).map((step) => `  ${wording(step)}    # ${step.why}`)
  const end = steps.length > 0 ? ['', 'Deeper:', ...steps] : []
  const room = MOST_CHARACTERS - end.join('\n').length
  const kept: string[] = []
  let length = 0
  for (const line of lines) {
    length += line.length + 1
    if (length > room) {
      kept.push('… cut here: narrow the period, the search or the limit.')
      break
    }
    kept.push(line)
  }
  return [...kept, ...end].join('\n')
}

/** `observe-console slow "GET /orders/:id" --service orders`. */
export function asCommand({ report, given }: Step): string {
  const { argument } = definitionOf(report)
  const words = Object.entries(given).flatMap(([name, value]) =>
    name === argument ? [quoted(value)] : [`--${name.replaceAll('_', '-')}`, quoted(value)],
  )
  return ['observe-console', report, ...words].join(' ')
}

/** `explain_slow_route {"route":"GET /orders/:id"}`. */
export function asCall({ report, given }: Step): string {
  return `${definitionOf(report).tool} ${JSON.stringify(given)}`
}

function quoted(value: string): string {
  return /^[\w./:@%+=-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`
}
