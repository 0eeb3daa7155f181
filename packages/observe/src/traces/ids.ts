/** Ids of traces and spans (W3C Trace Context, 3.2.2): random bytes as hexadecimal digits, never all zero. */
import { randomFillSync } from 'node:crypto'

/** Ids are cut from a block of random bytes: one call to the random source for some 1,300 spans instead of two for each. */
const POOL_BYTES = 32 * 1024
const pool = Buffer.allocUnsafeSlow(POOL_BYTES)
let poolAt = POOL_BYTES

export function randomTraceId(): string {
  return randomHex(16)
}

export function randomSpanId(): string {
  return randomHex(8)
}

function randomHex(bytes: number): string {
  if (poolAt + bytes > POOL_BYTES) {
    randomFillSync(pool)
    poolAt = 0
  }
  const at = poolAt
  poolAt += bytes
  for (let index = at; index < poolAt; index += 1) {
    if (pool[index] !== 0) return pool.toString('hex', at, poolAt)
  }
  // An id of zeros is invalid; one in 2^64 is tried again.
  return randomHex(bytes)
}
