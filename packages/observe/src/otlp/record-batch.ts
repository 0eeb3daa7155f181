/**
 * OTLP messages (https://opentelemetry.io/docs/specs/otlp/, proto 1.9) for spans and log records. Each batch is a
 * complete export request; two of them, one after the other, are again one, since protobuf merges repeated fields. A record
 * that cannot be encoded is removed from the batch and counted: it never harms its neighbours.
 */
import type { Attributes } from '@opentelemetry/api'
import { anyValueOf } from '../conventions/attribute-value.ts'
import { SCOPE } from '../conventions/names.ts'
import { safeText } from '../conventions/thrown.ts'
import { type LogRecord, recordOf } from '../logs/log-record.ts'
import { DEFAULT_LOG_LIMITS, type LogLimits } from '../settings/log-limits.ts'
import type { EncodableSpan } from '../traces/encodable-span.ts'
import { ProtobufWriter, SPAN_ID_BYTES, TRACE_ID_BYTES } from './protobuf.ts'
import { writeSpan } from './spans.ts'
import { recordCount } from './split.ts'
import { coercedText, writeAnyValue, writeAttributes, writeKeyValue } from './values.ts'

/** Records that wait for their request. */
export interface Records {
  readonly count: number
  /** Size of the records in bytes, near enough for a bound. */
  readonly bytes: number
  /** Records since the start that could not be encoded, and why the last one could not. */
  readonly invalid: { count: number; reason: string }
  /** The bytes of one export request with all of them; the batch is empty afterwards. */
  take(): Buffer
  /** What `count` would be for the records in a request. */
  countOf(request: Buffer): number
}

/** Initial size in bytes of a scope's records: there may be a scope for each of them. */
const SCOPE_BYTES = 512
/** Upper bound in bytes for the lengths and tags around a message. */
const FRAMING_BYTES = 64

interface Scope {
  /** InstrumentationScope and schema URL, encoded. */
  readonly head: Buffer
  readonly records: ProtobufWriter
}

/** Collects encoded records until `take` makes one export request of them. */
export class Batch implements Records {
  readonly #attributes: Attributes
  readonly #limits: LogLimits
  readonly #resource: Buffer
  readonly #scopes = new Map<string, Scope>()
  /** The scope of exchanges, which most spans have. */
  #own: Scope | undefined
  #lines: string[] = []
  #count = 0
  #bytes = 0
  readonly invalid = { count: 0, reason: '' }

  constructor(resource: Attributes, limits: LogLimits = DEFAULT_LOG_LIMITS) {
    this.#attributes = resource
    this.#limits = limits
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

  get bytes(): number {
    return this.#bytes
  }

  /** Number of scopes that are kept. */
  get scopes(): number {
    return this.#scopes.size
  }

  addSpan(span: EncodableSpan): void {
    let records: ProtobufWriter | undefined
    let start = 0
    try {
      records = this.#scopeOf(span).records
      start = records.length
      writeSpan(records, span)
      this.#count += 1
      this.#bytes += records.length - start
    } catch (error) {
      records?.truncate(start)
      this.#refuse(error)
    }
  }

  /** Keeps a line of the log as it is: it is parsed and encoded with the others of its batch, off the request. */
  addLine(line: string): void {
    this.#lines.push(line)
    this.#count += 1
    this.#bytes += line.length
  }

  countOf(request: Buffer): number {
    return recordCount(request)
  }

  take(): Buffer {
    for (const line of this.#lines) this.#encodeLine(line)
    this.#lines = []
    // Allocated at once: growing step by step left three times the batch as garbage outside of V8's heap, and so made it
    // collect everything.
    let bytes = this.#resource.length + FRAMING_BYTES
    for (const { head, records } of this.#scopes.values()) bytes += records.length + head.length + FRAMING_BYTES
    const request = new ProtobufWriter(bytes)
    const resource = request.begin(1)
    request.raw(this.#resource)
    for (const [key, scope] of this.#scopes) {
      const { head, records } = scope
      if (records.length === 0) {
        // Without records since the last request: a name may come from outside, and so be one of many.
        if (scope !== this.#own) this.#scopes.delete(key)
        continue
      }
      const start = request.begin(2)
      request.raw(head)
      request.drain(records)
      request.end(start)
    }
    request.end(resource)
    this.#count = 0
    this.#bytes = 0
    return request.close()
  }

  #encodeLine(line: string): void {
    this.#own ??= this.#scope({ name: SCOPE })
    const { records } = this.#own
    const start = records.length
    try {
      writeLog(records, recordOf(line, this.#attributes), this.#limits)
    } catch (error) {
      records.truncate(start)
      this.#count -= 1
      this.#refuse(error)
    }
  }

  #refuse(error: unknown): void {
    this.invalid.count += 1
    this.invalid.reason = safeText(error)
  }

  #scopeOf({ instrumentationScope: scope }: EncodableSpan): Scope {
    if (scope.name !== SCOPE || scope.version !== undefined || scope.schemaUrl !== undefined) return this.#scope(scope)
    this.#own ??= this.#scope({ name: SCOPE })
    return this.#own
  }

  #scope(given: EncodableSpan['instrumentationScope']): Scope {
    const { version, schemaUrl } = given
    // `getTracer(undefined)` of JavaScript has no name.
    const name = given.name === undefined ? '' : coercedText(given.name)
    const key = `${name}\0${version ?? ''}\0${schemaUrl ?? ''}`
    let scope = this.#scopes.get(key)
    if (scope === undefined) {
      scope = { head: scopeHead(name, version, schemaUrl), records: new ProtobufWriter(SCOPE_BYTES) }
      this.#scopes.set(key, scope)
      this.#bytes += scope.head.length + SCOPE_BYTES
    }
    return scope
  }
}

/** Fields of ScopeSpans and ScopeLogs: scope 1, schema_url 3. */
function scopeHead(name: string, version: unknown, schemaUrl: unknown): Buffer {
  const writer = new ProtobufWriter()
  const start = writer.begin(1)
  writer.string(1, name)
  if (version !== undefined) writer.string(2, coercedText(version))
  writer.end(start)
  if (schemaUrl !== undefined) writer.string(3, coercedText(schemaUrl))
  return writer.take()
}

function writeLog(writer: ProtobufWriter, log: LogRecord, limits: LogLimits): void {
  const start = writer.begin(2)
  const seconds = Math.floor(log.timeMs / 1000)
  const nanos = Math.round((log.timeMs - seconds * 1000) * 1e6)
  writer.time(1, [seconds, nanos])
  writer.varint(2, log.severityNumber)
  writer.string(3, log.severityText)
  writeAnyValue(writer, 5, log.body)
  let count = 0
  for (const key of Object.keys(log.attributes)) {
    const value = log.attributes[key]
    if (value === undefined || value === null) continue
    count += 1
    if (count <= limits.attributes) writeKeyValue(writer, 6, key, anyValueOf(value, limits.valueLength))
  }
  if (count > limits.attributes) writer.varint(7, count - limits.attributes)
  if (log.traceFlags !== undefined) writer.fixed32(8, log.traceFlags)
  if (log.traceId !== undefined) writer.hex(9, log.traceId, TRACE_ID_BYTES)
  if (log.spanId !== undefined) writer.hex(10, log.spanId, SPAN_ID_BYTES)
  writer.time(11, [seconds, nanos])
  writer.end(start)
}
