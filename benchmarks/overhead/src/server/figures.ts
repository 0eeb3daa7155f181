/** Figures that the process reports about itself. */
export interface Figures {
  /** User and system time of all threads since the start, in microseconds. */
  cpuUs: number
  /** Highest resident memory so far, and that of now, in bytes. */
  peakBytes: number
  residentBytes: number
  /** JavaScript heap in use, in bytes. */
  heapBytes: number
  /** Garbage collections since `watch`; with one in between, two readings of the heap say nothing. */
  collections: number
  /** Delay of the event loop since the last question, in milliseconds. */
  delayMs: { p50: number; p99: number; max: number }
}
