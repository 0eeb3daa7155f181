/** What arrived of one run. */
export interface Counts {
  /** Spans of any kind. */
  spans: number
  /** Spans or transactions that stand for a request that the server answered. */
  requests: number
  /** Log records that came by a protocol; lines on standard output are counted where they are read. */
  records: number
  /** Requests that a pushed histogram counts. */
  measured: number
  /** Requests with telemetry that the receiver took. */
  posts: number
  /** Bytes of them on the wire. */
  bytes: number
}

export function noCounts(): Counts {
  return { spans: 0, requests: 0, records: 0, measured: 0, posts: 0, bytes: 0 }
}
