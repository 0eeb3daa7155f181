/**
 * Attributes and other values as OTLP has them (opentelemetry/proto/common/v1).
 */
import type { Attributes } from '@opentelemetry/api'
import type { ProtobufWriter } from './protobuf.ts'

export function writeAttributes(writer: ProtobufWriter, field: number, attributes: Attributes): void {
  for (const key in attributes) writeKeyValue(writer, field, key, attributes[key])
}

export function writeKeyValue(writer: ProtobufWriter, field: number, key: string, value: unknown): void {
  if (value === undefined || value === null) return
  const start = writer.begin(field)
  writer.string(1, key)
  writeAnyValue(writer, 2, value)
  writer.end(start)
}

/** AnyValue: string 1, bool 2, int 3, double 4, array 5, key-value list 6, bytes 7; null is an empty message. */
export function writeAnyValue(writer: ProtobufWriter, field: number, value: unknown): void {
  const start = writer.begin(field)
  if (typeof value === 'string') writer.string(1, value)
  else if (typeof value === 'boolean') writer.varint(2, value ? 1 : 0)
  else if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) writer.int64(3, value)
    else writer.double(4, value)
  } else if (value instanceof Uint8Array) writer.bytes(7, value)
  else if (Array.isArray(value)) {
    const list = writer.begin(5)
    for (const item of value) writeAnyValue(writer, 1, item)
    writer.end(list)
  } else if (typeof value === 'object' && value !== null) {
    const list = writer.begin(6)
    for (const [key, item] of Object.entries(value)) writeKeyValue(writer, 1, key, item)
    writer.end(list)
  } else if (value !== undefined && value !== null) writer.string(1, String(value))
  writer.end(start)
}
