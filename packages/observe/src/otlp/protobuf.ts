/**
 * A growing buffer that writes protobuf's wire format (https://protobuf.dev/programming-guides/encoding/), as much of
 * it as OTLP needs. A value that the format cannot hold throws a TypeError; the caller then truncates the writer to where
 * the record began.
 */

import type { HrTime } from '@opentelemetry/api'
import { negativeVarint, varintSize } from './varint.ts'

/** W3C Trace Context, 3.2.2. */
export const TRACE_ID_BYTES = 16
export const SPAN_ID_BYTES = 8

const INITIAL_BYTES = 4096
/** 2^64 nanoseconds, less a second. */
const MAX_SECONDS = 18_446_744_072

export class ProtobufWriter {
  #bytes: Buffer
  #length = 0

  /** @param capacity initial size in bytes; growing copies */
  constructor(capacity = INITIAL_BYTES) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity)
  }

  get length(): number {
    return this.#length
  }

  /** Returns a copy of the bytes and empties the writer. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#length))
    this.#length = 0
    return taken
  }

  /** Returns the bytes without a copy; the writer must not be used again. */
  close(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Drops what was written after `length`: the part of a record that could not be encoded. */
  truncate(length: number): void {
    this.#length = length
  }

  /** Moves the bytes of `other` to the end of this writer. */
  drain(other: ProtobufWriter): void {
    this.raw(other.close())
    other.#length = 0
  }

  varint(field: number, value: number): void {
    this.#room(16)
    this.#tag(field, 0)
    // Neither a negative number nor NaN nor Infinity has a varint.
    this.#varint(value >= 0 && value <= Number.MAX_SAFE_INTEGER ? Math.floor(value) : 0)
  }

  /** A signed 64-bit integer that a number holds exactly; negative ones take ten bytes, as int64 demands. */
  int64(field: number, value: number): void {
    this.#room(16)
    this.#tag(field, 0)
    if (value >= 0) this.#varint(value)
    else this.raw(negativeVarint(value))
  }

  double(field: number, value: number): void {
    this.#room(16)
    this.#tag(field, 1)
    this.#length = this.#bytes.writeDoubleLE(value, this.#length)
  }

  /** A time as fixed64 nanoseconds since 1970; one before 1970 or after 2554 is moved to that bound. */
  time(field: number, [seconds, nanos]: HrTime): void {
    this.#time(field, seconds, nanos)
  }

  #time(field: number, givenSeconds: number, nanos: number): void {
    const seconds = givenSeconds >= 0 ? Math.min(givenSeconds, MAX_SECONDS) : 0
    // In two words: seconds * 1e9 needs 64 bits, so the upper and the lower 16 bits of the seconds are multiplied separately.
    const low = (seconds % 0x1_0000) * 1e9 + nanos
    const high = Math.floor(seconds / 0x1_0000) * 1e9
    const lowWord = (low % 0x1_0000_0000) + (high % 0x1_0000) * 0x1_0000
    const highWord = Math.floor(high / 0x1_0000) + Math.floor(low / 0x1_0000_0000) + Math.floor(lowWord / 0x1_0000_0000)
    this.#room(16)
    this.#tag(field, 1)
    this.#length = this.#bytes.writeUInt32LE(lowWord % 0x1_0000_0000, this.#length)
    this.#length = this.#bytes.writeUInt32LE(highWord, this.#length)
  }

  /** The same for milliseconds since 1970, with microseconds as their fraction. */
  epochMs(field: number, ms: number): void {
    const seconds = Math.floor(ms / 1000)
    // Nanoseconds are rounded as `hrTime` does it.
    this.#time(field, seconds, Math.round((ms - seconds * 1000) * 1e6))
  }

  fixed64(field: number, value: number): void {
    this.#room(16)
    this.#tag(field, 1)
    this.#length = this.#bytes.writeUInt32LE(value % 0x1_0000_0000, this.#length)
    this.#length = this.#bytes.writeUInt32LE(Math.floor(value / 0x1_0000_0000), this.#length)
  }

  sfixed64(field: number, value: bigint): void {
    this.#room(16)
    this.#tag(field, 1)
    this.#length = this.#bytes.writeBigInt64LE(value, this.#length)
  }

  fixed32(field: number, value: number): void {
    this.#room(16)
    this.#tag(field, 5)
    this.#length = this.#bytes.writeUInt32LE(value, this.#length)
  }

  /** A trace or span id of so many bytes, from hexadecimal digits. */
  hex(field: number, digits: string, bytes: number): void {
    this.#room(16 + bytes)
    this.#tag(field, 2)
    this.#varint(bytes)
    const written = digits.length === bytes * 2 ? this.#bytes.write(digits, this.#length, 'hex') : 0
    if (written !== bytes) throw new TypeError(`not an id of ${bytes} bytes: ${digits.slice(0, 40)}`)
    this.#length += written
  }

  string(field: number, text: string): void {
    if (typeof text !== 'string') throw new TypeError(`expected a string, not ${typeof text}`)
    // UTF-8 takes three bytes for a UTF-16 unit at most.
    this.#room(16 + text.length * 3)
    this.#tag(field, 2)
    const at = this.#length
    // Written after a length of one byte, and moved in the rare case that the length takes more.
    const size = this.#bytes.write(text, at + 1)
    if (size < 0x80) {
      this.#bytes[at] = size
      this.#length = at + 1 + size
      return
    }
    const width = varintSize(size)
    this.#bytes.copyWithin(at + width, at + 1, at + 1 + size)
    this.#varint(size)
    this.#length = at + width + size
  }

  bytes(field: number, value: Uint8Array): void {
    this.#room(16 + value.length)
    this.#tag(field, 2)
    this.#varint(value.length)
    this.raw(value)
  }

  /** Encoded bytes. */
  raw(value: Uint8Array): void {
    this.#room(value.length)
    this.#bytes.set(value, this.#length)
    this.#length += value.length
  }

  /** Begins an embedded message; pass what it returns to `end`. */
  begin(field: number): number {
    this.#room(16)
    this.#tag(field, 2)
    // One byte is kept for the length; `end` moves the message when that is not enough.
    return this.#length++ + 1
  }

  end(start: number): void {
    const size = this.#length - start
    const width = varintSize(size)
    if (width > 1) {
      this.#room(width)
      this.#bytes.copyWithin(start - 1 + width, start, this.#length)
    }
    this.#length = start - 1
    this.#varint(size)
    this.#length += size
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType)
  }

  #varint(value: number): void {
    let rest = value
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    this.#bytes[this.#length++] = rest
  }

  #room(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#length + bytes))
    this.#bytes.copy(grown, 0, 0, this.#length)
    this.#bytes = grown
  }
}
