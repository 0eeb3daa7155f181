/**
 * OTLP messages (https://opentelemetry.io/docs/specs/otlp/, proto 1.9) for spans and log records. Each batch is a
 * complete export request; two of them, one after the other, are again one, since protobuf merges repeated fields.
 */
import type { Attributes, SpanContext } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { type LogRecord, recordOf } from './log-record.ts'
import { SCOPE } from './names.ts'
import { writeAnyValue, writeAttributes, writeKeyValue } from './otlp-values.ts'
import type { Outcome } from './outcomes.ts'
import { ProtobufWriter } from './protobuf.ts'

/** The part of a finished span that goes on the wire. */
export interface EncodableSpan extends Omit<ReadableSpan, 'resource' | 'duration' | 'ended'> {
  /** Attributes besides its own that it shares with other spans. */
  readonly outcome?: Outcome | undefined
}

/** Records that wait for their request. */
export interface Records {
  readonly count: number
  /** The bytes of one export request with all of them; afterwards there are none. */
  take(): Buffer
}

/** Gathers encoded records until `take` makes one export request of them. */
export class Batch implements Records {
  readonly #resource: Buffer
  readonly #scopes = new Map<string, ProtobufWriter>()
  #lines: string[] = []
  #count = 0

  constructor(resource: Attributes) {
    const writer = new ProtobufWriter()
    const start = writer.begin(1)
    writeAttributes(writer, 1, resource)
    writer.end(start)
    this.#resource = writer.take()
  }

  /** Records since the last `take`. */
  get count(): number {
    return this.#count
  }

  addSpan(span: EncodableSpan): void {
    const { name, version } = span.instrumentationScope
    writeSpan(this.#scope(name, version), span)
    this.#count += 1
  }

  /** Keeps a line of the log as it is: it is parsed and encoded with the others of its batch, off the request. */
  addLine(line: string): void {
    this.#lines.push(line)
    this.#count += 1
  }

  /** The request's bytes; the batch is empty afterwards. */
  take(): Buffer {
    for (const line of this.#lines) writeLog(this.#scope(SCOPE, undefined), recordOf(line))
    this.#lines = []
    const request = new ProtobufWriter()
    const resource = request.begin(1)
    request.raw(this.#resource)
    for (const [key, records] of this.#scopes) {
      if (records.length === 0) continue
      const scope = request.begin(2)
      request.bytes(1, scopeBytes(key))
      request.raw(records.take())
      request.end(scope)
    }
    request.end(resource)
    this.#count = 0
    return request.take()
  }

  #scope(name: string, version: string | undefined): ProtobufWriter {
    const key = version === undefined ? name : `${name}\n${version}`
    let writer = this.#scopes.get(key)
    if (writer === undefined) {
      writer = new ProtobufWriter()
      this.#scopes.set(key, writer)
    }
    return writer
  }
}

function scopeBytes(key: string): Buffer {
  const [name = '', version] = key.split('\n')
  const writer = new ProtobufWriter()
  writer.string(1, name)
  if (version !== undefined) writer.string(2, version)
  return writer.take()
}

function writeSpan(writer: ProtobufWriter, span: EncodableSpan): void {
  const start = writer.begin(2)
  const self = span.spanContext()
  writeIds(writer, self)
  if (span.parentSpanContext !== undefined) writer.hex(4, span.parentSpanContext.spanId)
  writer.string(5, span.name)
  // OTLP counts kinds from 1, OpenTelemetry's API from 0.
  writer.varint(6, span.kind + 1)
  writer.time(7, span.startTime)
  writer.time(8, span.endTime)
  if (span.outcome !== undefined) writeShared(writer, span.outcome, span.attributes)
  writeAttributes(writer, 9, span.attributes)
  if (span.droppedAttributesCount > 0) writer.varint(10, span.droppedAttributesCount)
  for (const event of span.events) {
    const at = writer.begin(11)
    writer.time(1, event.time)
    writer.string(2, event.name)
    if (event.attributes !== undefined) writeAttributes(writer, 3, event.attributes)
    if (event.droppedAttributesCount) writer.varint(4, event.droppedAttributesCount)
    writer.end(at)
  }
  if (span.droppedEventsCount > 0) writer.varint(12, span.droppedEventsCount)
  for (const link of span.links) {
    const at = writer.begin(13)
    writeIds(writer, link.context)
    if (link.attributes !== undefined) writeAttributes(writer, 4, link.attributes)
    writer.fixed32(6, flagsOf(link.context.traceFlags, link.context))
    writer.end(at)
  }
  if (span.droppedLinksCount > 0) writer.varint(14, span.droppedLinksCount)
  if (span.status.code !== 0) {
    const at = writer.begin(15)
    if (span.status.message) writer.string(2, span.status.message)
    writer.varint(3, span.status.code)
    writer.end(at)
  }
  writer.fixed32(16, flagsOf(self.traceFlags, span.parentSpanContext))
  writer.end(start)
}

/** The attributes of an outcome, encoded once; but one by one where the span has an attribute of the same name. */
function writeShared(writer: ProtobufWriter, outcome: Outcome, own: Attributes): void {
  for (const key in own) {
    if (!(key in outcome.attributes)) continue
    const others = Object.entries(outcome.attributes).filter(([name]) => own[name] === undefined)
    writeAttributes(writer, 9, Object.fromEntries(others))
    return
  }
  outcome.encoded ??= encoded(outcome.attributes)
  writer.raw(outcome.encoded)
}

function encoded(attributes: Attributes): Buffer {
  const writer = new ProtobufWriter()
  writeAttributes(writer, 9, attributes)
  return writer.take()
}

function writeIds(writer: ProtobufWriter, context: SpanContext): void {
  writer.hex(1, context.traceId)
  writer.hex(2, context.spanId)
  const state = context.traceState?.serialize()
  if (state) writer.string(3, state)
}

/** Trace flags, with bit 8 saying that bit 9, "the parent is remote", is known (opentelemetry/proto/trace/v1). */
function flagsOf(traceFlags: number, parent: SpanContext | undefined): number {
  return traceFlags | 0x100 | (parent?.isRemote ? 0x200 : 0)
}

function writeLog(writer: ProtobufWriter, log: LogRecord): void {
  const start = writer.begin(2)
  const seconds = Math.floor(log.timeMs / 1000)
  const nanos = Math.round((log.timeMs - seconds * 1000) * 1e6)
  writer.time(1, [seconds, nanos])
  writer.varint(2, log.severityNumber)
  writer.string(3, log.severityText)
  writeAnyValue(writer, 5, log.body)
  for (const key of Object.keys(log.attributes)) writeKeyValue(writer, 6, key, log.attributes[key])
  if (log.traceFlags !== undefined) writer.fixed32(8, log.traceFlags)
  if (log.traceId !== undefined) writer.hex(9, log.traceId)
  if (log.spanId !== undefined) writer.hex(10, log.spanId)
  writer.time(11, [seconds, nanos])
  writer.end(start)
}
