/**
 * Sixty-four bit integers as protobufjs decodes them, two halves, to what the rest of the console computes with.
 */

/** `high` is signed for int64 and sint64 fields; `low` may come as a signed or an unsigned 32-bit number. */
export interface Int64 {
  low: number
  high: number
  unsigned: boolean
}

const TWO32 = 0x1_0000_0000

/** Exact up to 2^53, rounded beyond. */
export function numberOf({ low, high, unsigned }: Int64): number {
  return (unsigned ? high >>> 0 : high) * TWO32 + (low >>> 0)
}

/** `to - from`, exact up to 2^53 although each of them may be larger, as times in nanoseconds are. */
export function difference(to: Int64, from: Int64): number {
  return ((to.high >>> 0) - (from.high >>> 0)) * TWO32 + ((to.low >>> 0) - (from.low >>> 0))
}

/** The number, or its decimal text where a double cannot hold it. */
export function exactly(long: Int64): number | string {
  const number = numberOf(long)
  if (Number.isSafeInteger(number)) return number
  const high = BigInt(long.unsigned ? long.high >>> 0 : long.high)
  return String((high << 32n) + BigInt(long.low >>> 0))
}

/** Nanoseconds since the epoch to microseconds; exact to a quarter of one. */
export function microseconds({ low, high }: Int64): number {
  return Math.round((high >>> 0) * (TWO32 / 1000) + (low >>> 0) / 1000)
}
