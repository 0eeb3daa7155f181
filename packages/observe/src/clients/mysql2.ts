/**
 * Queries and prepared statements of `mysql2`, which publishes them itself: by connection, by pool, with callbacks, promises
 * and events. A waiting query of a busy pool is sent when another caller releases a connection; its span is its own caller's.
 */
import { ROOT_CONTEXT } from '@opentelemetry/api'
import type { Logger } from 'pino'
import { type ChannelSubscription, subscribeToChannels } from '../context/channels.ts'
import type { DbCalls } from './calls/db-calls.ts'
import type { Database, DbSystem } from './calls/db-operation.ts'
import { TracedCalls } from './calls/traced-calls.ts'
import { statementOf } from './sql/statement.ts'

interface Connect {
  database: string
  serverAddress: string
  serverPort?: number
}

interface Query extends Connect {
  /** `query()` has the values in the text. */
  query: string
}

const MYSQL: DbSystem = {
  name: 'mysql',
  // An error of the server has both; one of the operating system has a number alone.
  statusOf: (error) =>
    'sqlState' in error && 'errno' in error && error.sqlState !== undefined ? String(error.errno) : undefined,
}

export function observeMysql2(calls: DbCalls, log: Logger): ChannelSubscription[] {
  const traced = new TracedCalls(calls, log)
  // A connection that a pool opens is published by the pool, too; the pool's message counts.
  let byPool = false
  const query = (message: Query) => ({
    database: databaseOf(message),
    operation: statementOf(message.query, 'mysql'),
  })
  return [
    traced.operations<Query>('mysql2:query', query),
    traced.operations<Query>('mysql2:execute', query),
    traced.connections<Connect>('mysql2:pool:connect', databaseOf, () => ROOT_CONTEXT),
    traced.connections<Connect>(
      'mysql2:connect',
      (message) => (byPool ? undefined : databaseOf(message)),
      (caller) => caller,
    ),
    subscribeToChannels(
      {
        'tracing:mysql2:pool:connect:start': () => {
          byPool = true
        },
        'tracing:mysql2:pool:connect:end': () => {
          byPool = false
        },
      },
      log,
    ),
  ]
}

function databaseOf({ database, serverAddress, serverPort }: Connect): Database {
  return { system: MYSQL, namespace: database || undefined, address: serverAddress, port: serverPort }
}
