/**
 * Bounds what an export may decode to. A few kilobytes of gzip unpack to megabytes of empty messages, two bytes each, and every
 * one becomes an object: bytes alone do not bound memory, so messages are counted as well.
 */

import type protobuf from 'protobufjs/light.js'

/** Messages of one export: 8192 spans with sixty attributes each have as many. */
const MOST_MESSAGES = 1_000_000
/** Bytes of one list of exponential buckets, which has an object for each byte at worst. */
const MOST_BUCKET_BYTES = 64_000
/** Bytes of one histogram point with its bounds, counts and exemplars. */
const MOST_POINT_BYTES = 1_000_000

/** More records or values than the console decodes. The sender gets this message with a 413. */
export class TooMany extends Error {}

const lengths: Record<string, number> = { Buckets: MOST_BUCKET_BYTES, HistogramDataPoint: MOST_POINT_BYTES }

/** Messages that the present export may still have. */
let left = Number.POSITIVE_INFINITY

/** Makes the decoder of every type below this one count its messages. */
export function countMessages(namespace: protobuf.NamespaceBase): void {
  for (const nested of namespace.nestedArray) {
    if (isType(nested)) bound(nested)
    if (isNamespace(nested)) countMessages(nested)
  }
}

/** Decodes one export, or throws `TooMany`. */
export function decodeBounded(type: protobuf.Type, body: Uint8Array): protobuf.Message {
  left = MOST_MESSAGES
  try {
    return type.decode(body)
  } finally {
    left = Number.POSITIVE_INFINITY
  }
}

function bound(type: protobuf.Type): void {
  const decode = type.setup().decode
  const longest = lengths[type.name] ?? Number.POSITIVE_INFINITY
  type.decode = function decodeCounted(reader, length, ...more): protobuf.Message {
    if (--left < 0)
      throw new TooMany(`The body has more than ${MOST_MESSAGES / 1e6} million values. Send smaller batches.`)
    if ((length ?? 0) > longest)
      throw new TooMany(`A ${type.name} of ${length} bytes is too large: send fewer buckets.`)
    return decode.call(type, reader, length, ...more)
  }
}

const CURLY = 0x7b
const SQUARE = 0x5b

/** The same bound for JSON, before it is parsed: each object and each list begins with a bracket. */
export function checkBrackets(body: Uint8Array): void {
  let brackets = 0
  for (const byte of body) if (byte === CURLY || byte === SQUARE) brackets++
  // Each value of an attribute is an object in an object, so JSON has about as many brackets as protobuf has messages.
  if (brackets > MOST_MESSAGES)
    throw new TooMany(`The body has more than ${MOST_MESSAGES / 1e6} million values. Send smaller batches.`)
}

function isType(nested: protobuf.ReflectionObject): nested is protobuf.Type {
  return 'decode' in nested
}

function isNamespace(nested: protobuf.ReflectionObject): nested is protobuf.NamespaceBase {
  return 'nestedArray' in nested
}
