/**
 * Asks the backends what a dashboard asks them, as Grafana does.
 */

import type { Question } from '../../packages/mixin/test/board.ts'
import type { Shop } from './shop.ts'

/** How far back the graphs look, in seconds, and the time between two of their points. */
const span = 300
const step = 15

/**
 * How many series, rows, lines or traces the answer has; values that are no numbers do not count. Throws with the words of
 * the backend where it does not accept the question.
 */
export async function countAnswers(
  shop: Shop,
  { source, instant, exemplar, tags = '' }: Question,
  text: string,
): Promise<number> {
  const url = shop.url(source)
  if (source === 'jaeger')
    return count(await ask(`${url}/api/traces`, { service: text, limit: '20', tags: JSON.stringify(tagsOf(tags)) }))
  const api = source === 'loki' ? `${url}/loki/api/v1` : `${url}/api/v1`
  const end = Math.floor(Date.now() / 1000)
  const range = { start: String(end - span), end: String(end), step: `${step}s` }
  const answers = instant
    ? await ask(`${api}/query`, { query: text })
    : await ask(`${api}/query_range`, { query: text, ...range })
  if (exemplar && (await count(await ask(`${api}/query_exemplars`, { query: text, ...range }))) === 0) return 0
  return count(answers)
}

type Answer = { readonly data: readonly unknown[] | { readonly result: readonly Result[] } }
type Result = { readonly value?: readonly [number, string]; readonly values?: readonly (readonly [number, string])[] }

async function ask(url: string, parameters: Readonly<Record<string, string>>): Promise<Answer> {
  const response = await fetch(`${url}?${new URLSearchParams(parameters)}`)
  const text = await response.text()
  if (!response.ok) throw new Error(`${url} ${JSON.stringify(parameters)} answers ${response.status}: ${text}`)
  return JSON.parse(text)
}

function count({ data }: Answer): number {
  if (!('result' in data)) return data.length
  return data.result.filter(({ value, values = [] }) => [...values, ...(value ? [value] : [])].some(isValue)).length
}

/** Of a metric, or a line of text. */
function isValue([, text]: readonly [number | string, string]): boolean {
  return text !== 'NaN'
}

/** Grafana sends `key=value key=value` as JSON. */
function tagsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split(' ')
      .map((pair) => pair.split('='))
      .filter(([key]) => key !== ''),
  )
}
