/**
 * Reads protobuf's wire format (https://protobuf.dev/programming-guides/encoding/) as far as a delivery needs it: the answer
 * of a backend, and the records of a request that has to be split.
 */

/** One field of a message. */
export interface Field {
  number: number
  /** The value of a varint, else 0. */
  value: number
  /** The content of a length-delimited field, else empty. */
  content: Buffer
  /** The whole field as it was written, tag included. */
  raw: Buffer
}

/** Yields the fields of `message` in order; stops at the first byte that is not protobuf. */
export function* fieldsOf(message: Buffer): Generator<Field> {
  let at = 0
  while (at < message.length) {
    const start = at
    const tag = varint()
    const wireType = tag % 8
    let value = 0
    let content: Buffer = NOTHING
    if (wireType === 0) value = varint()
    else if (wireType === 1) at += 8
    else if (wireType === 5) at += 4
    else if (wireType === 2) {
      const length = varint()
      content = message.subarray(at, at + length)
      at += length
    } else return
    if (at > message.length) return
    yield { number: Math.floor(tag / 8), value, content, raw: message.subarray(start, at) }
  }

  function varint(): number {
    let result = 0
    for (let factor = 1; at < message.length; factor *= 0x80) {
      const byte = message[at++] ?? 0
      result += (byte & 0x7f) * factor
      if (byte < 0x80) break
    }
    return result
  }
}

const NOTHING = Buffer.alloc(0)
