/**
 * Which database a pool of `mssql` speaks to, as it publishes once, when it connects.
 */
import type { Database, DbSystem } from './db-operation.ts'

export interface MssqlConnect {
  poolId: number
  server: string
  port?: number
  database?: string
  poolConfig: { max: number }
}

export const MSSQL: DbSystem = {
  name: 'microsoft.sql_server',
  statusOf: (error) => ('number' in error && typeof error.number === 'number' ? String(error.number) : undefined),
}

export function mssqlDatabase({ server, port = 1433, database }: MssqlConnect): Database {
  return { system: MSSQL, namespace: database, address: server, port }
}
