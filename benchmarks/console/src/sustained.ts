/**
 * The sustained load: 10,000 spans, 5,000 log lines and 1,000 metric points each second, in batches as exporters send
 * them. Nothing may be lost, and each export is answered only when it is stored.
 */

import { setTimeout } from 'node:timers/promises'
import type { Status } from '../../../packages/console/src/contract/contract.ts'
import { type Batch, metricBatch, shopBatches } from './batch.ts'
import type { ConsoleProcess } from './console-process.ts'

export interface Sustained {
  /** How long the load was to last, and how long it took. */
  wanted: number
  seconds: number
  sent: { spans: number; logs: number; points: number }
  stored: { spans: number; logs: number; points: number }
  /** Exports answered 503, because more waited than the console takes. */
  retries: number
  /** Milliseconds from sending an export to its answer. */
  answer: { p50: number; p99: number; max: number }
  /** Share of one core, and megabytes. */
  cpu: number
  peakResident: number
  bytesPerSpan: number
}

export async function sustained(console: ConsoleProcess, seconds: number): Promise<Sustained> {
  const { traces, logs } = shopBatches(500, 1)
  const metrics = metricBatch(200)
  const sent = { spans: 0, logs: 0, points: 0 }
  const answers: number[] = []
  let peakResident = 0
  let retries = 0
  const send = async (batch: Batch, kind: keyof typeof sent) => {
    const begun = performance.now()
    retries += await post(console, batch, Date.now())
    answers.push(performance.now() - begun)
    sent[kind] += batch.records
  }
  const before = console.usage()
  const begun = performance.now()
  const streams = [
    stream(seconds, 10_000 / traces.records, () => send(traces, 'spans')),
    stream(seconds, 5000 / logs.records, () => send(logs, 'logs')),
    stream(seconds, 1000 / metrics.records, () => send(metrics, 'points')),
    stream(seconds, 2, async () => {
      peakResident = Math.max(peakResident, console.usage().resident)
    }),
  ]
  await Promise.all(streams)
  const took = (performance.now() - begun) / 1000
  const { stored } = await console.query<Status>('/api/status')
  answers.sort((a, b) => a - b)
  const at = (share: number) => Math.round((answers[Math.floor(share * (answers.length - 1))] ?? 0) * 10) / 10
  return {
    wanted: seconds,
    seconds: Math.round(took),
    sent,
    stored: { spans: stored.spans, logs: stored.logs, points: stored.points },
    retries,
    answer: { p50: at(0.5), p99: at(0.99), max: at(1) },
    cpu: Math.round(((console.usage().cpu - before.cpu) / took) * 100) / 100,
    peakResident: Math.round(peakResident),
    bytesPerSpan: Math.round(stored.bytes / stored.spans),
  }
}

/** Does it so many times a second, late ones at once: a slow answer does not lower the load. */
async function stream(seconds: number, perSecond: number, act: () => Promise<void>): Promise<void> {
  const begun = performance.now()
  const pending = new Set<Promise<void>>()
  const failed: unknown[] = []
  for (let n = 0; n < seconds * perSecond && failed.length === 0; n++) {
    const due = begun + (n * 1000) / perSecond
    if (due > performance.now()) await setTimeout(due - performance.now())
    const one = act().catch((error: unknown) => void failed.push(error))
    pending.add(one)
    void one.finally(() => pending.delete(one))
  }
  await Promise.all(pending)
  if (failed.length > 0) throw failed[0]
}

/** Sends it as exporters do, and repeats it after a 503. Resolves to the number of repeats. */
export async function post(console: ConsoleProcess, batch: Batch, at: number): Promise<number> {
  const body = batch.body(at)
  for (let retries = 0; ; retries++) {
    const response = await fetch(`${console.otlpUrl}/v1/${batch.signal}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body,
    })
    const answer = await response.arrayBuffer()
    if (response.status === 200 && answer.byteLength === 0) return retries
    if (response.status !== 503) throw new Error(`${batch.signal}: ${response.status} ${Buffer.from(answer)}`)
    await setTimeout(Number(response.headers.get('retry-after')) * 1000)
  }
}
