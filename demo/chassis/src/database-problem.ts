/**
 * What an error of PostgreSQL means to the caller: a database that is down, overloaded or waits for a lock is a 503 with
 * Retry-After, text that it cannot store is a 400. Any other error stays as it is and becomes a 500.
 */

import pg from 'pg'
import { Problem } from './problem.ts'

/** SQLSTATE codes and classes. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const LOCK_NOT_AVAILABLE = '55P03'
const TRY_AGAIN = /^(?:53|57014|40001|40P01)/
/** The server ends the connection: it shuts down, crashed, or an administrator said so. */
const CONNECTION_ENDED = /^(?:08|57P)/
/** Character not in repertoire, untranslatable character, invalid text representation. */
const BAD_TEXT = /^22(?:021|P02|P05)$/

/** Whether the connection is unusable. Any error that is not the server's own may have broken it, a timeout too. */
export function isConnectionLost(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || CONNECTION_ENDED.test(error.code ?? '')
}

export function databaseProblem(error: unknown): unknown {
  if (isConnectionLost(error) || !(error instanceof pg.DatabaseError)) {
    return unavailable('The connection to the database was lost, so the result is not known.', error)
  }
  const { code = '' } = error
  if (code === LOCK_NOT_AVAILABLE) return unavailable('The database waits for a lock. Nothing was changed.', error)
  if (TRY_AGAIN.test(code)) return unavailable('The database cannot do this now. Nothing was changed.', error)
  if (BAD_TEXT.test(code)) return new Problem(400, 'invalid_request', 'The text cannot be stored.', { cause: error })
  return error
}

export function unavailable(message: string, cause: unknown): Problem {
  return new Problem(503, 'database_unavailable', message, { retryAfterSeconds: 5, cause })
}
