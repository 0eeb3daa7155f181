/**
 * Queries, batches, procedures, prepared statements and bulk inserts of `mssql`, and how busy its pools are, all of which it
 * publishes itself. Which server a pool speaks to is published once, when it connects.
 */
import { ROOT_CONTEXT } from '@opentelemetry/api'
import type { Logger } from 'pino'
import { type ChannelSubscription, subscribeToChannels } from '../context/channels.ts'
import type { DbCalls } from './calls/db-calls.ts'
import type { Database, Operation } from './calls/db-operation.ts'
import type { DbPools } from './calls/db-pools.ts'
import { MSSQL, type MssqlConnect, mssqlDatabase } from './calls/mssql-database.ts'
import { observeMssqlPools } from './calls/mssql-pools.ts'
import { TracedCalls } from './calls/traced-calls.ts'
import { statementOf } from './sql/statement.ts'

interface PoolMessage {
  poolId?: number
}

interface Command extends PoolMessage {
  command: string
}

interface Statement extends PoolMessage {
  statement: string
}

interface Procedure extends PoolMessage {
  procedure: string
}

interface Bulk extends PoolMessage {
  table: string
  rowCount: number
}

export function observeMssql(calls: DbCalls, log: Logger, pools: DbPools): ChannelSubscription[] {
  const traced = new TracedCalls(calls, log)
  const databases = new Map<number, Database>()
  const described =
    <Message extends PoolMessage>(operation: (message: Message) => Operation) =>
    (message: Message) => ({
      database: databases.get(message.poolId ?? -1) ?? { system: MSSQL },
      operation: operation(message),
    })
  return [
    traced.operations<Command>(
      'mssql:query',
      described(({ command }) => statementOf(command, 'tsql')),
    ),
    traced.operations<Command>(
      'mssql:batch',
      described(({ command }) => statementOf(command, 'tsql')),
    ),
    traced.operations<Procedure>(
      'mssql:execute',
      described(({ procedure }) => ({ operation: 'EXECUTE', procedure })),
    ),
    traced.operations<Statement>(
      'mssql:prepared-statement:prepare',
      described(({ statement }) => ({ operation: 'PREPARE', template: statementOf(statement, 'tsql').template })),
    ),
    traced.operations<Statement>(
      'mssql:prepared-statement:execute',
      described(({ statement }) => statementOf(statement, 'tsql')),
    ),
    traced.operations<Bulk>(
      'mssql:bulk',
      described(({ table, rowCount }) => ({ operation: 'BULK INSERT', collection: table, batchSize: rowCount })),
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
    subscribeToChannels<MssqlConnect>({ 'mssql:pool:close': ({ poolId }) => void databases.delete(poolId) }, log),
  ]
}
