/**
 * The segment that is being written: one transaction holds whole exports with their roll-ups, and is there entirely after a
 * crash or not at all.
 */

import type { DatabaseSync } from 'node:sqlite'
import type { LogRecord, PointRecord, SpanRecord } from '../../otlp/record.ts'
import type { Edge } from '../derived/edges.ts'
import { openForWriting, Statements } from '../segments/database.ts'
import { Cells } from './cells.ts'
import { ErrorTable } from './error-table.ts'
import { LogTable } from './log-table.ts'
import { Names } from './names.ts'
import { PointTable } from './point-table.ts'
import { SpanTable } from './span-table.ts'

/** Records of one transaction. */
export interface Batch {
  spans: SpanRecord[]
  logs: LogRecord[]
  points: PointRecord[]
  edges: Edge[]
}

export class SegmentWriter {
  readonly path: string
  readonly #database: DatabaseSync
  readonly #statements: Statements
  #tables: Tables
  /** Milliseconds since the epoch at which the first record was written. */
  #opened: number | null

  constructor(path: string) {
    this.path = path
    this.#database = openForWriting(path)
    this.#statements = new Statements(this.#database)
    this.#tables = tablesOf(this.#statements)
    this.#opened = this.#statements.row<[number | null]>('SELECT opened FROM totals')?.[0] ?? null
  }

  /** Throws, having changed nothing, where the batch cannot be written. */
  write(batch: Batch, now: number): void {
    const { cells, errors, spans, logs, points } = this.#tables
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      spans.insert(batch.spans)
      logs.insert(batch.logs)
      points.insert(batch.points)
      spans.addEdges(batch.edges)
      spans.write()
      errors.write()
      cells.write()
      this.#addTotals(batch, now)
      this.#database.exec('COMMIT')
      if (batch.spans.length + batch.logs.length + batch.points.length > 0) this.#opened ??= now
    } catch (error) {
      // SQLite has rolled back by itself where the disk is full.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      this.#tables = tablesOf(this.#statements)
      throw error
    }
  }

  /** Milliseconds since the first record; 0 while there is none. */
  age(now: number): number {
    return this.#opened === null ? 0 : now - this.#opened
  }

  /** Pages in the file and in its log, in bytes. */
  size(): number {
    const pages = this.#statements.row<[number]>('PRAGMA page_count')?.[0] ?? 0
    return pages * (this.#statements.row<[number]>('PRAGMA page_size')?.[0] ?? 0)
  }

  /** Empties the write-ahead log into the file; it is not written any more. */
  close(): void {
    // The page's connection stays open, so closing alone would leave the log behind.
    this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    this.#database.close()
  }

  #addTotals({ spans, logs, points }: Batch, now: number): void {
    let oldest = Number.POSITIVE_INFINITY
    let newest = 0
    for (const time of times(spans, logs, points)) {
      if (time < oldest) oldest = time
      if (time > newest) newest = time
    }
    if (newest === 0) return
    this.#statements.run(
      `UPDATE totals SET spans = spans + ?, logs = logs + ?, points = points + ?, written = ?,
       opened = coalesce(opened, ?),
       oldest = min(coalesce(oldest, ?), ?), newest = max(coalesce(newest, ?), ?)`,
      spans.length,
      logs.length,
      points.length,
      now,
      now,
      oldest,
      oldest,
      newest,
      newest,
    )
  }
}

interface Tables {
  cells: Cells
  errors: ErrorTable
  spans: SpanTable
  logs: LogTable
  points: PointTable
}

function tablesOf(statements: Statements): Tables {
  const names = new Names(statements)
  const cells = new Cells(statements)
  const errors = new ErrorTable(statements, names, cells)
  return {
    cells,
    errors,
    spans: new SpanTable(statements, names, cells, errors),
    logs: new LogTable(statements, names, cells, errors),
    points: new PointTable(statements, names),
  }
}

function* times(spans: SpanRecord[], logs: LogRecord[], points: PointRecord[]): Generator<number> {
  for (const { start } of spans) yield start
  for (const { time } of logs) yield time
  for (const { time } of points) yield Math.round(time * 1000)
}
