/**
 * Export bodies that cost next to nothing to send again: encoded once from the sample shop, then given fresh ids and times by
 * patching bytes, so that the load generator takes little of the machine that it measures.
 */

import { randomBytes } from 'node:crypto'
import { requestTypes, type Signal } from '../../../packages/console/src/otlp/decode.ts'
import { type Json, journey, requestsOf } from '../../../packages/console/test/shop.ts'

export interface Batch {
  signal: Signal
  records: number
  /** A body of its own for each call, with records that happened around `at` (milliseconds since the epoch). */
  body(at: number): Uint8Array<ArrayBuffer>
}

const epoch = Date.UTC(2025, 0)
/** Journeys of one batch happen within this while. */
const SPREAD = 100

/** Spans and log lines of about `spans` spans; each span has about `logsPerSpan` lines. */
export function shopBatches(spans: number, logsPerSpan: number): { traces: Batch; logs: Batch } {
  const journeys = Array.from({ length: Math.ceil(spans / 5.5) }, (_, n) =>
    journey({ at: epoch + (n % SPREAD), luck: Math.random(), logs: Math.max(1, Math.round(logsPerSpan * 3)) }),
  )
  const requests = requestsOf(journeys)
  return { traces: batchOf('traces', requests.traces), logs: batchOf('logs', requests.logs) }
}

/** Points of as many series, one each; `report` numbers them apart. */
export function metricBatch(points: number): Batch {
  const dataPoints = Array.from({ length: points }, (_, n) => ({
    attributes: [{ key: 'series', value: { stringValue: `s${n}` } }],
    startTimeUnixNano: `${epoch - 60_000}000000`,
    timeUnixNano: `${epoch}000000`,
    asDouble: n,
  }))
  const metrics = Array.from({ length: 20 }, (_, n) => ({
    name: `bench.counter.${n}`,
    unit: '1',
    sum: {
      aggregationTemporality: 2,
      isMonotonic: true,
      dataPoints: dataPoints.slice((n * points) / 20, ((n + 1) * points) / 20),
    },
  }))
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'orders' } }] }
  return batchOf('metrics', { resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] })
}

/** The value of the attribute that is different for each journey: what a search for something rare looks for. */
const REQUEST_ID = /^[0-9a-f]{16}$/
const idKeys = new Set(['traceId', 'spanId', 'parentSpanId'])

function batchOf(signal: Signal, message: Json): Batch {
  const ids = new Map<string, Buffer>()
  const times = new Map<string, Buffer>()
  const texts = new Set<string>()
  let records = 0
  const binary: Json = JSON.parse(JSON.stringify(message), (key, value) => {
    if (key === 'timeUnixNano' || key === 'startTimeUnixNano' || key === 'endTimeUnixNano')
      times.set(value, int64(value))
    if (key === 'stringValue' && REQUEST_ID.test(value)) texts.add(value)
    if (key === 'spans' || key === 'logRecords' || key === 'dataPoints') records += value.length
    if (!idKeys.has(key) || value === '') return value
    ids.set(value, Buffer.from(value, 'hex'))
    return Buffer.from(value, 'hex').toString('base64')
  })
  const type = requestTypes[signal]
  const template = Buffer.from(type.encode(type.fromObject(binary)).finish())
  const idAt = [...ids.values()].flatMap((id) => occurrences(template, id))
  const textAt = [...texts].flatMap((text) => occurrences(template, Buffer.from(text)))
  const timeAt = [...times.values()].flatMap((time) => occurrences(template, time))
  return {
    signal,
    records,
    body(at) {
      const body = Buffer.from(new Uint8Array(template))
      const salt = randomBytes(4).readUInt32LE()
      // The same salt on the first half of every id keeps parents and children together.
      for (const offset of idAt) body.writeUInt32LE((body.readUInt32LE(offset) ^ salt) >>> 0, offset)
      for (const offset of textAt) {
        const half = Number.parseInt(body.toString('latin1', offset, offset + 8), 16)
        body.write(((half ^ salt) >>> 0).toString(16).padStart(8, '0'), offset, 'latin1')
      }
      const shift = BigInt(Math.round(at - epoch)) * 1_000_000n
      for (const offset of timeAt) body.writeBigUInt64LE(body.readBigUInt64LE(offset) + shift, offset)
      return new Uint8Array(body)
    },
  }
}

function int64(decimal: string): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(decimal))
  return bytes
}

function occurrences(body: Buffer, bytes: Buffer): number[] {
  const found: number[] = []
  for (let at = body.indexOf(bytes); at !== -1; at = body.indexOf(bytes, at + bytes.length)) found.push(at)
  return found
}
