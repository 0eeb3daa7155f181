/**
 * Attributes and other values as OTLP has them (opentelemetry/proto/common/v1). A value may come from a request body: its
 * depth and the number of values in it are bounded, so that a hostile or cyclic one neither overflows the stack nor blocks.
 */
import type { Attributes } from '@opentelemetry/api'
import { MAX_DEPTH, MAX_VALUES, TOO_DEEP } from '../conventions/attribute-value.ts'
import type { ProtobufWriter } from './protobuf.ts'

/** Values that the attribute may still have. Encoding is synchronous, so one counter serves every attribute. */
let remaining = 0

/** Returns how many attributes were left out because they cannot be encoded. */
export function writeAttributes(writer: ProtobufWriter, field: number, attributes: Attributes): number {
  let refused = 0
  for (const key in attributes) {
    const start = writer.length
    try {
      writeKeyValue(writer, field, key, attributes[key])
    } catch {
      writer.truncate(start)
      refused += 1
    }
  }
  return refused
}

/** A name or message as text: callers in JavaScript pass anything. */
export function coercedText(value: unknown): string {
  return typeof value === 'string' ? value : String(value)
}

export function writeKeyValue(writer: ProtobufWriter, field: number, key: string, value: unknown): void {
  remaining = MAX_VALUES
  writePair(writer, field, key, value, 0)
}

/** AnyValue: string 1, bool 2, int 3, double 4, array 5, key-value list 6, bytes 7; null is an empty message. */
export function writeAnyValue(writer: ProtobufWriter, field: number, value: unknown): void {
  remaining = MAX_VALUES
  writeValue(writer, field, value, 0)
}

function writePair(writer: ProtobufWriter, field: number, key: string, value: unknown, depth: number): void {
  if (value === undefined || value === null) return
  const start = writer.begin(field)
  writer.string(1, key)
  writeValue(writer, 2, value, depth)
  writer.end(start)
}

function writeValue(writer: ProtobufWriter, field: number, value: unknown, depth: number): void {
  const start = writer.begin(field)
  if (typeof value === 'string') writer.string(1, value)
  else if (typeof value === 'boolean') writer.varint(2, value ? 1 : 0)
  else if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) writer.int64(3, value)
    else writer.double(4, value)
  } else if (value instanceof Uint8Array) writer.bytes(7, value)
  else if (typeof value === 'object' && value !== null) writeNested(writer, value, depth + 1)
  else if (value !== undefined && value !== null) writer.string(1, String(value))
  writer.end(start)
}

function writeNested(writer: ProtobufWriter, value: object, depth: number): void {
  if (depth > MAX_DEPTH) {
    writer.string(1, TOO_DEEP)
    return
  }
  const isList = Array.isArray(value)
  const list = writer.begin(isList ? 5 : 6)
  if (isList) {
    for (const item of value) {
      if (remaining <= 0) break
      remaining -= 1
      writeValue(writer, 1, item, depth)
    }
  } else {
    for (const key of Object.keys(value)) {
      if (remaining <= 0) break
      remaining -= 1
      writePair(writer, 1, key, Reflect.get(value, key), depth)
    }
  }
  writer.end(list)
}
