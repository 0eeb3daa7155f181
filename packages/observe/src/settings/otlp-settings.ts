/**
 * Where a signal is sent by OTLP, and how much may wait to be sent.
 */

export interface Endpoint {
  /** Full URL, signal path included. */
  url: string
  headers: Record<string, string>
  timeoutMs: number
  gzip: boolean
}

export interface QueueLimits {
  /** Most records that wait for the endpoint. */
  maxQueue: number
  /** Records in one batch. */
  maxBatch: number
  /** Longest time in milliseconds that a record waits for its batch to fill. */
  delayMs: number
}

export interface OtlpSettings {
  endpoint: Endpoint
  limits: QueueLimits
}

export interface PushSettings extends OtlpSettings {
  /** Time in milliseconds from one collection to the next. */
  intervalMs: number
}
