/**
 * Stores spans, the traces they belong to and what they count for. A trace is known by a small number within its segment, so
 * that the index over spans grows nearly in order although trace ids are random.
 */

import type { SpanRecord } from '../../otlp/record.ts'
import { bucketOf } from '../derived/duration-buckets.ts'
import type { Edge } from '../derived/edges.ts'
import { failuresOfSpan } from '../derived/failures.ts'
import { isRequest, outcomeOf, routeOf } from '../derived/requests.ts'
import { BlockWriter, hashField, hashId } from '../search/blocks.ts'
import { statuses } from '../search/filter.ts'
import type { Statements } from '../segments/database.ts'
import type { Cells } from './cells.ts'
import type { ErrorTable } from './error-table.ts'
import { ExemplarTable } from './exemplar-table.ts'
import type { Named, Names } from './names.ts'

/** A trace's share of one batch. */
interface Part {
  traceId: Uint8Array
  start: number
  finish: number
  errors: number
  root: number | null
  spans: { span: SpanRecord; operation: Named; outcome: number }[]
}

const REMEMBERED_TRACES = 20_000

export class SpanTable {
  readonly #statements: Statements
  readonly #names: Names
  readonly #cells: Cells
  readonly #errors: ErrorTable
  readonly #exemplars: ExemplarTable
  readonly #blocks: BlockWriter
  #traces = new Map<string, number>()
  #olderTraces = new Map<string, number>()

  constructor(statements: Statements, names: Names, cells: Cells, errors: ErrorTable) {
    this.#statements = statements
    this.#names = names
    this.#cells = cells
    this.#errors = errors
    this.#exemplars = new ExemplarTable(statements)
    this.#blocks = new BlockWriter(statements, 'spans')
  }

  insert(spans: SpanRecord[]): void {
    for (const [id, part] of this.#byTrace(spans)) {
      const trace = this.#trace(id, part)
      for (const { span, operation, outcome } of part.spans) this.#put(trace, span, operation, outcome)
    }
  }

  addEdges(edges: Edge[]): void {
    for (const { from, to, start, duration, error } of edges) {
      this.#cells.add(this.#names.key('edge', from, to), start, bucketOf(duration), error)
    }
  }

  write(): void {
    this.#exemplars.write()
  }

  #byTrace(spans: SpanRecord[]): Map<string, Part> {
    const parts = new Map<string, Part>()
    for (const span of spans) {
      const id = Buffer.from(span.traceId.buffer, span.traceId.byteOffset, 16).toString('latin1')
      let part = parts.get(id)
      if (!part) {
        part = { traceId: span.traceId, start: span.start, finish: 0, errors: 0, root: null, spans: [] }
        parts.set(id, part)
      }
      const outcome = outcomeOf(span)
      const error = outcome === 2
      const operation = this.#count(span, error)
      part.spans.push({ span, operation, outcome })
      part.start = Math.min(part.start, span.start)
      part.finish = Math.max(part.finish, span.start + Math.ceil(span.duration / 1000))
      if (error) part.errors++
      if (span.parentId.length === 0) part.root = operation.id
    }
    return parts
  }

  /** Counts what the span counts for, and names it. */
  #count(span: SpanRecord, error: boolean): Named {
    const { resource, start, name, kind } = span
    for (const failure of failuresOfSpan(span)) this.#errors.add(failure)
    if (!isRequest(span)) return this.#names.operation(resource.service, name, kind, '')
    const bucket = bucketOf(span.duration)
    const route = routeOf(span)
    const key = this.#names.key('route', resource.service, route)
    this.#cells.add(this.#names.key('service', resource.service, ''), start, bucket, error)
    this.#cells.add(key, start, bucket, error)
    this.#exemplars.offer(key, span, error)
    return this.#names.operation(resource.service, name, kind, route)
  }

  #trace(id: string, part: Part): number {
    const known = this.#traces.get(id) ?? this.#olderTraces.get(id)
    const { traceId, start, finish, errors, root } = part
    if (known !== undefined) {
      this.#statements.run(
        `UPDATE traces SET start = min(start, ?), finish = max(finish, ?), spans = spans + ?, errors = errors + ?,
         root = coalesce(?, root) WHERE id = ?`,
        start,
        finish,
        part.spans.length,
        errors,
        root,
        known,
      )
      return known
    }
    const row = this.#statements.row<[number]>(
      `INSERT INTO traces (trace_id, start, finish, spans, errors, root) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET start = min(start, excluded.start), finish = max(finish, excluded.finish),
         spans = spans + excluded.spans, errors = errors + excluded.errors, root = coalesce(excluded.root, root)
       RETURNING id`,
      traceId,
      start,
      finish,
      part.spans.length,
      errors,
      root,
    )
    return this.#remember(id, row?.[0] ?? 0)
  }

  #remember(id: string, trace: number): number {
    if (this.#traces.size >= REMEMBERED_TRACES) {
      this.#olderTraces = this.#traces
      this.#traces = new Map()
    }
    this.#traces.set(id, trace)
    return trace
  }

  #put(trace: number, span: SpanRecord, operation: Named, outcome: number): void {
    const resource = this.#names.resource(span.resource)
    const id = this.#statements.run(
      `INSERT INTO spans (trace, span_id, parent_id, operation, resource, scope, start, duration, status, attributes,
         details) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      trace,
      span.spanId,
      span.parentId,
      operation.id,
      resource.id,
      this.#names.scope(span.scope),
      span.start,
      span.duration,
      outcome,
      JSON.stringify(span.attributes),
      span.details ? JSON.stringify(span.details) : null,
    )
    const fields: number[] = [statusFields[outcome] ?? 0, hashId(span.spanId)]
    for (const key in span.attributes) {
      this.#names.attributeKey('spans', key)
      fields.push(hashField(key, span.attributes[key] ?? null))
    }
    this.#blocks.add(id, span.start, span.duration, fields, operation.fields, resource.fields)
  }
}

const statusFields = statuses.map((_, status) => hashField('status', status))
