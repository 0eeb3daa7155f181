/**
 * The log text for records that were lost, in singular and plural.
 */

/** `1 span was lost at exit: URL did not take it`, `12 spans were lost ...`; `signal` is the plural. */
export function lostAt(when: 'exit' | 'shutdown', count: number, signal: string, url: string): string {
  return count === 1
    ? `1 ${signal.replace(/s$/, '')} was lost at ${when}: ${url} did not take it`
    : `${count} ${signal} were lost at ${when}: ${url} did not take them`
}
