/**
 * The trace id that people are given to look something up by, read from a carrier's W3C `traceparent`.
 */

/** Undefined where nothing is traced, and where the trace is not recorded: a link to it would lead to an empty page. */
export function traceIdOf({ traceparent }: { traceparent?: string }): string | undefined {
  const [, id, , flags = ''] = traceparent?.split('-') ?? []
  const isSampled = (Number.parseInt(flags, 16) & 1) === 1
  return isSampled ? id : undefined
}
