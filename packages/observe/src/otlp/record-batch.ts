/**
 * OTLP messages (https://opentelemetry.io/docs/specs/otlp/, proto 1.9) for spans and log records. Each batch is a
 * complete export request; two of them, one after the other, are again one, since protobuf merges repeated fields.
 */
import type { Attributes } from '@opentelemetry/api'
import { SCOPE } from '../conventions/names.ts'
import { type LogRecord, recordOf } from '../logs/log-record.ts'
import type { EncodableSpan } from '../traces/encodable-span.ts'
import { ProtobufWriter } from './protobuf.ts'
import { writeSpan } from './spans.ts'
import { writeAnyValue, writeAttributes, writeKeyValue } from './values.ts'

/** Records that wait for their request. */
export interface Records {
  readonly count: number
  /** The bytes of one export request with all of them; afterwards there are none. */
  take(): Buffer
}

/** More than the lengths and tags around a message take. */
const FRAMING_BYTES = 64

/** Gathers encoded records until `take` makes one export request of them. */
export class Batch implements Records {
  readonly #attributes: Attributes
  readonly #resource: Buffer
  readonly #scopes = new Map<string, ProtobufWriter>()
  /** The scope of exchanges, which most spans have. */
  #own: ProtobufWriter | undefined
  #lines: string[] = []
  #count = 0

  constructor(resource: Attributes) {
    this.#attributes = resource
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
    if (name === SCOPE && version === undefined) {
      this.#own ??= this.#scope(name, version)
      writeSpan(this.#own, span)
    } else writeSpan(this.#scope(name, version), span)
    this.#count += 1
  }

  /** Keeps a line of the log as it is: it is parsed and encoded with the others of its batch, off the request. */
  addLine(line: string): void {
    this.#lines.push(line)
    this.#count += 1
  }

  /** The request's bytes; the batch is empty afterwards. */
  take(): Buffer {
    for (const line of this.#lines) writeLog(this.#scope(SCOPE, undefined), recordOf(line, this.#attributes))
    this.#lines = []
    // Room for all, at once: growing step by step left three times the batch as garbage, which is outside of V8's heap and
    // so makes it collect all of that.
    let bytes = this.#resource.length + FRAMING_BYTES
    for (const [key, records] of this.#scopes) bytes += records.length + key.length * 3 + FRAMING_BYTES
    const request = new ProtobufWriter(bytes)
    const resource = request.begin(1)
    request.raw(this.#resource)
    for (const [key, records] of this.#scopes) {
      if (records.length === 0) continue
      const scope = request.begin(2)
      request.bytes(1, scopeBytes(key))
      request.drain(records)
      request.end(scope)
    }
    request.end(resource)
    this.#count = 0
    return request.close()
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
