/**
 * How a loss is told in the log, for one record as for many.
 */

/** `1 span was lost at exit: URL did not take it`, `12 spans were lost ...`; `signal` is the plural. */
export function lostAt(when: 'exit' | 'shutdown', count: number, signal: string, url: string): string {
  return count === 1
    ? `1 ${signal.replace(/s$/, '')} was lost at ${when}: ${url} did not take it`
    : `${count} ${signal} were lost at ${when}: ${url} did not take them`
}
