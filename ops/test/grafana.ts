/**
 * Asks the backends what a dashboard asks them, as Grafana does.
 */

import { z } from 'zod'
import type { Question } from '../../packages/mixin/test/board.ts'
import type { Shop } from './shop.ts'

/** How far back the graphs look, in seconds, and the time between two of their points. */
const span = 300
const step = 15

/**
 * How many series, rows, lines or traces the answer has. What has no value that is a number, or lacks a label that the panel
 * shows, does not count. Throws with the words of the backend where it does not accept the question.
 */
export async function countAnswers(shop: Shop, question: Question, text: string): Promise<number> {
  const { source, instant, exemplar, labels, tags = '' } = question
  const url = shop.url(source)
  if (source === 'jaeger') {
    const found = await request(`${url}/api/traces`, { service: text, limit: '20', tags: JSON.stringify(tagsOf(tags)) })
    return traces.parse(found).data.length
  }
  const api = source === 'loki' ? `${url}/loki/api/v1` : `${url}/api/v1`
  const end = Math.floor(Date.now() / 1000)
  const range = { start: String(end - span), end: String(end), step: `${step}s` }
  const path = instant ? `${api}/query` : `${api}/query_range`
  const { result } = results.parse(await request(path, { query: text, ...(instant ? {} : range) })).data
  if (exemplar) {
    const { data } = exemplars.parse(await request(`${api}/query_exemplars`, { query: text, ...range }))
    if (data.length === 0) return 0
  }
  return result.filter((one) => hasValue(one) && labels.every((label) => one.metric?.[label])).length
}

const traces = z.object({ data: z.array(z.unknown()) })
const exemplars = z.object({ data: z.array(z.unknown()) })
/** A metric's value, or a line of text. */
const point = z.tuple([z.union([z.number(), z.string()]), z.string()]).rest(z.unknown())
const result = z.object({
  metric: z.record(z.string(), z.string()).optional(),
  value: point.optional(),
  values: z.array(point).optional(),
})
const results = z.object({ data: z.object({ result: z.array(result) }) })

function hasValue({ value, values = [] }: z.infer<typeof result>): boolean {
  return [...values, ...(value ? [value] : [])].some(([, text]) => text !== 'NaN')
}

async function request(url: string, parameters: Readonly<Record<string, string>>): Promise<unknown> {
  const response = await fetch(`${url}?${new URLSearchParams(parameters)}`)
  const text = await response.text()
  if (!response.ok) throw new Error(`${url} ${JSON.stringify(parameters)} answers ${response.status}: ${text}`)
  return JSON.parse(text)
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
