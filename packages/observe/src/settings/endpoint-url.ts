/**
 * URLs of OTLP endpoints (https://opentelemetry.io/docs/specs/otel/protocol/exporter/#endpoint-urls-for-otlphttp).
 */

export type Signal = 'TRACES' | 'METRICS' | 'LOGS'

/** `http://host:4318` gives `http://host:4318/v1/traces`; a URL that has the path already stays as it is. */
export function signalUrl(base: string, signal: Signal): string {
  const path = `v1/${signal.toLowerCase()}`
  const url = new URL(base)
  if (!url.pathname.endsWith(`/${path}`)) url.pathname = `${url.pathname.replace(/\/$/, '')}/${path}`
  return url.href
}

export function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}
