/**
 * The trace id that people are given to look something up by, read from a carrier's W3C `traceparent`.
 */

/** Undefined where nothing is traced. */
export function traceIdOf({ traceparent }: { traceparent?: string }): string | undefined {
  return traceparent?.split('-')[1]
}
