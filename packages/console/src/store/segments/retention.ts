/**
 * Keeps the data within its age and size by deleting the oldest segments as files. A segment is closed when it has its share of
 * either bound, so at most about a sixteenth more than the bound is held.
 */

export interface Retention {
  /** Milliseconds. */
  maxAge: number
  maxBytes: number
}

const SHARES = 16
/** A segment's fixed cost is some hundred kilobytes, so smaller ones would hold little else. */
const SMALLEST = 1_000_000
const LARGEST = 256_000_000

/** Whether the segment being written has its share. */
export function isFull(bytes: number, age: number, { maxAge, maxBytes }: Retention): boolean {
  return bytes >= Math.min(LARGEST, Math.max(SMALLEST, maxBytes / SHARES)) || age >= maxAge / SHARES
}

/** A segment that is not written any more, oldest first in every list. */
export interface Closed {
  number: number
  bytes: number
  /** Milliseconds since the epoch. */
  written: number
}

/** The segments to delete, so that the others and `current` bytes in the one being written are within both bounds. */
export function expired(closed: Closed[], current: number, { maxAge, maxBytes }: Retention, now: number): number[] {
  let bytes = closed.reduce((sum, segment) => sum + segment.bytes, current)
  const gone: number[] = []
  for (const segment of closed) {
    if (bytes <= maxBytes && now - segment.written <= maxAge) break
    bytes -= segment.bytes
    gone.push(segment.number)
  }
  return gone
}
