/**
 * The slow requests of a route against its normal ones: what takes the time, and which attributes tell them apart.
 */

export interface Slow {
  /** Requests that were compared: the newest ones, at most 2000. */
  requests: number
  /** Milliseconds: the shortest of the slow ones (the slowest twentieth), and the median of all. */
  threshold: number
  median: number
  /** Where the time goes, by the difference: the largest first, at most 20. */
  parts: SlowPart[]
  /** Attributes of the request and its process that are more frequent, or rarer, among the slow ones, at most 20. */
  attributes: SlowAttribute[]
  /** Slow ones, slowest first, and normal ones to compare with. */
  slowest: Request[]
  normal: Request[]
}

/** Milliseconds on the critical path that one request spends on average in spans of this name, their children left out. */
export interface SlowPart {
  service: string
  name: string
  slow: number
  normal: number
}

/** 0 to 1: the share of slow and of all other requests that have this value. */
export interface SlowAttribute {
  key: string
  value: string
  slow: number
  others: number
}

export interface Request {
  traceId: string
  spanId: string
  time: number
  duration: number
}
