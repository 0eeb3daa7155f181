/**
 * Turns exports into rows: whatever waits is decoded and written in one transaction, and each export is answered only when
 * that transaction is committed. Runs in a thread of its own (writer-thread.ts), so that queries never wait for it.
 */

import { TooMany } from '../../otlp/bounds.ts'
import { decode, type Encoding, type Requests, type Signal } from '../../otlp/decode.ts'
import { logsOf } from '../../otlp/logs.ts'
import { pointsOf } from '../../otlp/points.ts'
import type { Accepted } from '../../otlp/record.ts'
import { spansOf } from '../../otlp/spans.ts'
import { Edges } from '../derived/edges.ts'
import { segmentPath, segmentsIn } from '../segments/folder.ts'
import { isFull, type Retention } from '../segments/retention.ts'
import { type Batch, SegmentWriter } from '../tables/segment-writer.ts'

export interface Export {
  id: number
  signal: Signal
  encoding: Encoding
  body: Uint8Array
}

export type Outcome =
  | { kind: 'stored'; rejected: number; reason: string }
  | { kind: 'malformed'; reason: string }
  | { kind: 'too large'; reason: string }
  /** The disk is full, or failed: try again later. */
  | { kind: 'unavailable'; reason: string }

/** What a transaction added. */
export interface Stored {
  spans: number
  logs: number
  points: number
  services: string[]
}

export interface Written {
  outcomes: [id: number, outcome: Outcome][]
  stored: Stored
  /** The number of the segment that is being written. */
  segment: number
}

export class Writer {
  readonly #folder: string
  readonly #retention: Retention
  readonly #edges = new Edges()
  #number: number
  #segment: SegmentWriter

  constructor(folder: string, retention: Retention) {
    this.#folder = folder
    this.#retention = retention
    this.#number = segmentsIn(folder).at(-1) ?? 1
    this.#segment = new SegmentWriter(segmentPath(folder, this.#number))
  }

  write(exports: Export[]): Written {
    const now = Date.now()
    const batch: Batch = { spans: [], logs: [], points: [], edges: [] }
    const outcomes = exports.map(({ id, ...sent }): [number, Outcome] => [id, collect(sent, batch)])
    for (const span of batch.spans) this.#edges.see(span, now)
    batch.edges = this.#edges.take(now)
    try {
      this.#rotateIfFull(now)
      this.#segment.write(batch, now)
      return { outcomes, stored: countOf(batch), segment: this.#number }
    } catch (error) {
      const reason = `The console could not write to ${this.#folder}: ${error instanceof Error ? error.message : error}.`
      const failed = outcomes.map(([id, outcome]): [number, Outcome] => [
        id,
        outcome.kind === 'stored' ? { kind: 'unavailable', reason } : outcome,
      ])
      return { outcomes: failed, stored: { spans: 0, logs: 0, points: 0, services: [] }, segment: this.#number }
    }
  }

  /** Calls that have waited long enough for their other end, and the change of segments, need no new data to happen. */
  idle(): Written {
    return this.write([])
  }

  close(): void {
    this.#segment.close()
  }

  #rotateIfFull(now: number): void {
    if (!isFull(this.#segment.size(), this.#segment.age(now), this.#retention)) return
    const next = new SegmentWriter(segmentPath(this.#folder, this.#number + 1))
    this.#segment.close()
    this.#segment = next
    this.#number++
  }
}

const readers: { [S in Signal]: (request: Requests[S], batch: Batch) => Accepted<unknown> } = {
  traces: (request, batch) => keep(spansOf(request), batch.spans),
  logs: (request, batch) => keep(logsOf(request), batch.logs),
  metrics: (request, batch) => keep(pointsOf(request), batch.points),
}

function collect({ signal, encoding, body }: Omit<Export, 'id'>, batch: Batch): Outcome {
  try {
    const { rejected, reason } = read(signal, encoding, body, batch)
    return { kind: 'stored', rejected, reason }
  } catch (error) {
    if (error instanceof TooMany) return { kind: 'too large', reason: error.message }
    // Whatever one export holds, it must not stop the others.
    return { kind: 'malformed', reason: error instanceof Error ? error.message : String(error) }
  }
}

function read<S extends Signal>(signal: S, encoding: Encoding, body: Uint8Array, batch: Batch): Accepted<unknown> {
  const { request, ...dropped } = decode(signal, encoding, body)
  const accepted = readers[signal](request, batch)
  if (dropped.rejected === 0) return accepted
  return { ...accepted, rejected: accepted.rejected + dropped.rejected, reason: accepted.reason || dropped.reason }
}

function keep<Kept>(accepted: Accepted<Kept>, into: Kept[]): Accepted<Kept> {
  for (const record of accepted.records) into.push(record)
  return accepted
}

function countOf({ spans, logs, points }: Batch): Stored {
  const services = new Set<string>()
  for (const records of [spans, logs, points]) for (const { resource } of records) services.add(resource.service)
  return { spans: spans.length, logs: logs.length, points: points.length, services: [...services] }
}
