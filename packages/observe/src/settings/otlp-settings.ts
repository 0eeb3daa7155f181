/**
 * Where a signal is sent by OTLP, and how much may wait to be sent.
 */

export interface Endpoint {
  /** Full URL, signal path included. It may hold a user and a password: `shownUrl` is for messages. */
  url: string
  headers: Record<string, string>
  timeoutMs: number
  gzip: boolean
  /** Variables of the environment that name a proxy, where Node.js is to use them (`NODE_USE_ENV_PROXY=1`). */
  proxyEnv?: Record<string, string>
  /** PEM text, for https. */
  tls?: { ca?: string; cert?: string; key?: string }
}

/** The URL of an endpoint as it may stand in a log line: without user, password and query. */
export function shownUrl({ url }: Pick<Endpoint, 'url'>): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname
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
