/**
 * Sends a shop's telemetry to a console: first the last minutes at once, then live until it is stopped.
 *
 *     node test/sample.ts [--otlp http://127.0.0.1:4318] [--minutes 15] [--rate 5] [--seconds 600]
 */

import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Journey, type Json, journey, requestsOf } from './shop.ts'
import { ShopMetrics } from './shop-metrics.ts'

const { values } = parseArgs({
  options: {
    otlp: { type: 'string', default: 'http://127.0.0.1:4318' },
    /** How far back to begin. */
    minutes: { type: 'string', default: '15' },
    /** Journeys a second. */
    rate: { type: 'string', default: '5' },
    /** How long to go on live; 0 sends only the past. */
    seconds: { type: 'string', default: '600' },
    token: { type: 'string' },
  },
})
const rate = Number(values.rate)
const metrics = new ShopMetrics(Date.now() - Number(values.minutes) * 60_000)

for (let at = Date.now() - Number(values.minutes) * 60_000; at < Date.now() - 1000; at += 5000) await sendSpan(at, 5000)
const end = Date.now() + Number(values.seconds) * 1000
while (Date.now() < end) {
  await setTimeout(1000)
  await sendSpan(Date.now() - 1000, 1000)
}

/** Everything that happened in `span` milliseconds from `at` on. */
async function sendSpan(at: number, span: number): Promise<void> {
  const count = Math.round((rate * span) / 1000)
  const journeys = Array.from(
    { length: count },
    (_, n): Journey => journey({ at: at + (n * span) / count, luck: Math.random() }),
  )
  const { traces, logs } = requestsOf(journeys)
  await Promise.all([
    send('traces', traces),
    send('logs', logs),
    send('metrics', metrics.report(at + span, span, journeys[0])),
  ])
}

async function send(signal: string, message: Json): Promise<void> {
  const headers = {
    'content-type': 'application/json',
    ...(values.token ? { authorization: `Bearer ${values.token}` } : {}),
  }
  const response = await fetch(`${values.otlp}/v1/${signal}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(message),
  })
  const answer = await response.text()
  if (!response.ok || answer !== '{}') throw new Error(`${signal}: ${response.status} ${answer}`)
}
