/**
 * A growing buffer that writes protobuf's wire format (https://protobuf.dev/programming-guides/encoding/), as much of
 * it as OTLP needs. Spans are encoded once, when they end, into bytes that wait for the next export: that keeps the
 * queue small and lets the last batch be handed to another thread when the process leaves.
 */

import type { HrTime } from '@opentelemetry/api'

const INITIAL_BYTES = 4096

export class ProtobufWriter {
  #bytes: Buffer
  #length = 0

  /** @param capacity bytes that there is room for; a writer grows, but each time it copies */
  constructor(capacity = INITIAL_BYTES) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity)
  }

  get length(): number {
    return this.#length
  }

  /** Takes what was written and starts over. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#length))
    this.#length = 0
    return taken
  }

  /** Takes what was written without a copy; the writer is done with. */
  close(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Moves all that `other` has written to the end of this, and starts `other` over. */
  drain(other: ProtobufWriter): void {
    this.raw(other.close())
    other.#length = 0
  }

  varint(field: number, value: number): void {
    this.#room(16)
    this.#tag(field, 0)
    this.#varint(value)
  }

  /** A signed 64-bit integer that a number holds exactly; negative ones take ten bytes, as int64 demands. */
  int64(field: number, value: number): void {
    this.#room(16)
    this.#tag(field, 0)
    if (value >= 0) {
      this.#varint(value)
      return
    }
    let rest = BigInt.asUintN(64, BigInt(value))
    while (rest > 0x7fn) {
      this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80
      rest >>= 7n
    }
    this.#bytes[this.#length++] = Number(rest)
  }

  double(field: number, value: number): void {
    this.#room(16)
    this.#tag(field, 1)
    this.#length = this.#bytes.writeDoubleLE(value, this.#length)
  }

  /** A time since 1970 as fixed64 nanoseconds. */
  time(field: number, [seconds, nanos]: HrTime): void {
    this.#time(field, seconds, nanos)
  }

  /** In two words, because it has more bits than a double holds. */
  #time(field: number, seconds: number, nanos: number): void {
    // seconds * 1e9 needs 61 bits, so the upper and the lower 16 bits of the seconds are multiplied apart.
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
    const nanos = Math.round((ms - seconds * 1000) * 1e6)
    this.#time(field, seconds, nanos)
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

  /** Bytes written as hexadecimal digits: a trace or span id. */
  hex(field: number, digits: string): void {
    this.#room(16 + digits.length)
    this.#tag(field, 2)
    this.#varint(digits.length / 2)
    this.#length += this.#bytes.write(digits, this.#length, 'hex')
  }

  string(field: number, text: string): void {
    // UTF-8 takes three bytes for a UTF-16 unit at most.
    this.#room(16 + text.length * 3)
    this.#tag(field, 2)
    const at = this.#length
    // Written behind a length of one byte, and moved in the rare case that it takes more.
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

  /** Bytes that are encoded already. */
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

function varintSize(value: number): number {
  let size = 1
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 0x80)) size += 1
  return size
}
