/**
 * Log lines newest first, each once, whatever the order in which they arrived.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LogRecord } from '../../otlp/record.ts'
import { parse } from '../../query/grammar.ts'
import { segmentPath } from '../segments/folder.ts'
import { Segments } from '../segments/segments.ts'
import { SegmentWriter } from '../tables/segment-writer.ts'
import { logs } from './logs.ts'

const begin = Date.UTC(2026, 10, 25) * 1000
const PER_SEGMENT = 7000
const folder = mkdtempSync(join(tmpdir(), 'console-'))
const times: number[] = []
let segments: Segments

/** A line every millisecond that arrives up to some seconds late, so that blocks and segments overlap in time. */
function line(index: number): LogRecord {
  const time = begin + index * 1000 - ((index * 7919) % 4000) * 1000
  times.push(time / 1000)
  return {
    time,
    level: index % 1000 === 0 ? 4 : 2,
    body: index % 3 === 0 ? `third ${index}` : `other ${index}`,
    structured: undefined,
    traceId: null,
    spanId: null,
    attributes: { 'order.id': index },
    resource: { service: 'orders', attributes: {} },
    scope: '',
  }
}

beforeAll(() => {
  for (const number of [1, 2, 3]) {
    const writer = new SegmentWriter(segmentPath(folder, number))
    const lines = Array.from({ length: PER_SEGMENT }, (_, index) => line((number - 1) * PER_SEGMENT + index))
    writer.write({ spans: [], logs: lines, points: [], edges: [] }, Date.now())
    writer.close()
  }
  segments = new Segments(folder, { maxAge: Number.POSITIVE_INFINITY, maxBytes: 1e9 }, (message) => {
    throw new Error(message)
  })
})

afterAll(() => {
  segments.close()
  rmSync(folder, { recursive: true })
})

async function paged(q: string, limit: number): Promise<number[]> {
  const found: number[] = []
  let before: string | undefined
  for (;;) {
    const answer = await logs(segments, { search: parse(q), from: 0, to: 4e12, limit, before })
    found.push(...answer.logs.map(({ time }) => time))
    if (answer.next === null) return found
    before = answer.next
  }
}

test('every line comes once and in its place, over blocks and segments that overlap', async () => {
  expect(await paged('', 997)).toEqual(times.toSorted((a, b) => b - a))
})

test('so do those that match a word, a level or an attribute', async () => {
  const matching = (wanted: (index: number) => boolean) =>
    times.filter((_, index) => wanted(index)).toSorted((a, b) => b - a)
  expect(await paged('third', 500)).toEqual(matching((index) => index % 3 === 0))
  expect(await paged('level:error', 2)).toEqual(matching((index) => index % 1000 === 0))
  expect(await paged('order.id:12345', 10)).toEqual(matching((index) => index === 12_345))
})

test('a range that begins and ends between lines holds those between', async () => {
  const [from, to] = [begin / 1000 + 5000, begin / 1000 + 5100]
  const { logs: found } = await logs(segments, { search: parse(''), from, to, limit: 1000 })
  const expected = times.filter((time) => time >= from && time <= to).toSorted((a, b) => b - a)
  expect(found.map(({ time }) => time)).toEqual(expected)
})
