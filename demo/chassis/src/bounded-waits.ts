/**
 * Bounds of every wait for PostgreSQL, as options of a client or pool of `pg`. The server ends a statement or a wait for a
 * lock; `query_timeout` ends the wait on this side, for a server that is stopped or unreachable and so ends nothing.
 */

const CONNECT_MS = 10_000
const IDLE_IN_TRANSACTION_MS = 30_000

/** @param queryMs milliseconds that a statement may take, the way there and back included */
export function boundedWaits(queryMs: number) {
  return {
    connectionTimeoutMillis: CONNECT_MS,
    lock_timeout: queryMs / 2,
    statement_timeout: queryMs * 0.8,
    query_timeout: queryMs,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  }
}
