/**
 * Queries, aggregations, saves and bulk writes of `mongoose`, which publishes them itself.
 */
import type { Logger } from 'pino'
import type { Listening } from '../context/channels.ts'
import type { Database, DbCalls, DbSystem, Operation } from './calls/db-calls.ts'
import { documentTemplate } from './calls/document-template.ts'
import { TracedCalls } from './calls/traced-calls.ts'

interface Asked {
  operation: string
  collection?: string
  database?: string
  serverAddress?: string
  serverPort?: number
}

interface Query extends Asked {
  args: { filter: object }
}

interface Aggregate extends Asked {
  args: { pipeline: object[] }
}

interface InsertMany extends Asked {
  args: { docs: unknown }
}

interface BulkWrite extends Asked {
  args: { ops: unknown[] }
}

interface CursorNext extends Asked {
  args: { filter?: object; pipeline?: object[] }
}

const MONGODB: DbSystem = {
  name: 'mongodb',
  statusOf: (error) => ('code' in error && typeof error.code === 'number' ? String(error.code) : undefined),
}

export function observeMongoose(calls: DbCalls, log: Logger): Listening[] {
  const traced = new TracedCalls(calls, log)
  // Each document that a cursor gives is a message; but for the first, nearly all come from what it holds already.
  const opened = new WeakSet<object>()
  return [
    traced.operations<Query>('mongoose:query', (message) =>
      told(message, { template: documentTemplate(message.args.filter) }),
    ),
    traced.operations<Aggregate>('mongoose:aggregate', (message) =>
      told(message, { template: documentTemplate(message.args.pipeline) }),
    ),
    traced.operations<CursorNext>('mongoose:cursor:next', (message) => {
      const asked = message.args.filter ?? message.args.pipeline ?? message
      if (opened.has(asked)) return undefined
      opened.add(asked)
      return told(message, { template: documentTemplate(asked) })
    }),
    traced.operations<Asked>('mongoose:model:save', (message) => told(message, {})),
    traced.operations<InsertMany>('mongoose:model:insertMany', (message) => {
      const { docs } = message.args
      return told(message, Array.isArray(docs) ? { batchSize: docs.length } : {})
    }),
    traced.operations<BulkWrite>('mongoose:model:bulkWrite', (message) =>
      told(message, { batchSize: message.args.ops.length }),
    ),
  ]
}

function told(message: Asked, more: Partial<Operation>): { database: Database; operation: Operation } {
  const { operation, collection, database, serverAddress, serverPort } = message
  return {
    database: { system: MONGODB, namespace: database, address: serverAddress, port: serverPort },
    operation: { operation, collection, ...more },
  }
}
