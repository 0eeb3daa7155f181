/**
 * Queries, batches, procedures, prepared statements and bulk inserts of `mssql`, and how busy its pools are, all of which it
 * publishes itself. Which server a pool speaks to is published once, when it connects.
 */
import { ROOT_CONTEXT } from '@opentelemetry/api'
import type { Logger } from 'pino'
import { type Listening, listen } from '../context/channels.ts'
import type { Database, DbCalls, Operation } from './calls/db-calls.ts'
import type { DbPools } from './calls/db-pools.ts'
import { MSSQL, type MssqlConnect, mssqlDatabase } from './calls/mssql-database.ts'
import { observeMssqlPools } from './calls/mssql-pools.ts'
import { TracedCalls } from './calls/traced-calls.ts'
import { statementOf } from './sql/statement.ts'

interface Asked {
  poolId?: number
}

interface Command extends Asked {
  command: string
}

interface Statement extends Asked {
  statement: string
}

interface Procedure extends Asked {
  procedure: string
}

interface Bulk extends Asked {
  table: string
  rowCount: number
}

export function observeMssql(calls: DbCalls, log: Logger, pools: DbPools): Listening[] {
  const traced = new TracedCalls(calls, log)
  const databases = new Map<number, Database>()
  const asked =
    <Message extends Asked>(operation: (message: Message) => Operation) =>
    (message: Message) => ({
      database: databases.get(message.poolId ?? -1) ?? { system: MSSQL },
      operation: operation(message),
    })
  return [
    traced.operations<Command>(
      'mssql:query',
      asked(({ command }) => statementOf(command, 'tsql')),
    ),
    traced.operations<Command>(
      'mssql:batch',
      asked(({ command }) => statementOf(command, 'tsql')),
    ),
    traced.operations<Procedure>(
      'mssql:execute',
      asked(({ procedure }) => ({ operation: 'EXECUTE', procedure })),
    ),
    traced.operations<Statement>(
      'mssql:prepared-statement:prepare',
      asked(({ statement }) => ({ operation: 'PREPARE', template: statementOf(statement, 'tsql').template })),
    ),
    traced.operations<Statement>(
      'mssql:prepared-statement:execute',
      asked(({ statement }) => statementOf(statement, 'tsql')),
    ),
    traced.operations<Bulk>(
      'mssql:bulk',
      asked(({ table, rowCount }) => ({ operation: 'BULK INSERT', collection: table, batchSize: rowCount })),
    ),
    traced.connections<MssqlConnect>(
      'mssql:connect',
      (message) => {
        const database = mssqlDatabase(message)
        databases.set(message.poolId, database)
        return database
      },
      () => ROOT_CONTEXT,
    ),
    observeMssqlPools(pools, log),
    listen<MssqlConnect>({ 'mssql:pool:close': ({ poolId }) => void databases.delete(poolId) }, log),
  ]
}
