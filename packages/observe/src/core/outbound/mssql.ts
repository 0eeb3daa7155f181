/**
 * Queries, batches, procedures, prepared statements and bulk inserts of `mssql`, which publishes them itself. Which server a
 * pool speaks to is published once, when it connects.
 */
import { ROOT_CONTEXT } from '@opentelemetry/api'
import type { Logger } from 'pino'
import { type Listening, listen } from '../channels.ts'
import type { Database, DbCalls, DbSystem, Operation } from '../db-calls.ts'
import { statementOf } from '../sql/statement.ts'
import { TracedCalls } from '../traced-calls.ts'

interface Asked {
  poolId?: number
}

interface Connect {
  poolId: number
  server: string
  port?: number
  database?: string
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

const MSSQL: DbSystem = {
  name: 'microsoft.sql_server',
  statusOf: (error) => ('number' in error && typeof error.number === 'number' ? String(error.number) : undefined),
}

export function observeMssql(calls: DbCalls, log: Logger): Listening[] {
  const traced = new TracedCalls(calls, log)
  const pools = new Map<number, Database>()
  const asked =
    <Message extends Asked>(operation: (message: Message) => Operation) =>
    (message: Message) => ({
      database: pools.get(message.poolId ?? -1) ?? { system: MSSQL },
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
    traced.connections<Connect>(
      'mssql:connect',
      (message) => {
        const database = databaseOf(message)
        pools.set(message.poolId, database)
        return database
      },
      () => ROOT_CONTEXT,
    ),
    listen<Connect>({ 'mssql:pool:close': ({ poolId }) => void pools.delete(poolId) }, log),
  ]
}

function databaseOf({ server, port = 1433, database }: Connect): Database {
  return { system: MSSQL, namespace: database, address: server, port }
}
