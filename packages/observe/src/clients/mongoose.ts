/**
 * Queries, aggregations, saves and bulk writes of `mongoose`, which publishes them itself.
 */
import type { Logger } from 'pino'
import type { ChannelSubscription } from '../context/channels.ts'
import type { DbCalls } from './calls/db-calls.ts'
import type { Database, DbSystem, Operation } from './calls/db-operation.ts'
import { documentTemplate } from './calls/document-template.ts'
import { TracedCalls } from './calls/traced-calls.ts'

interface Message {
  operation: string
  collection?: string
  database?: string
  serverAddress?: string
  serverPort?: number
}

interface Query extends Message {
  args: { filter: object }
}

interface Aggregate extends Message {
  args: { pipeline: object[] }
}

interface InsertMany extends Message {
  args: { docs: unknown }
}

interface BulkWrite extends Message {
  args: { ops: unknown[] }
}

interface CursorNext extends Message {
  args: { filter?: object; pipeline?: object[] }
}

const MONGODB: DbSystem = {
  name: 'mongodb',
  statusOf: (error) => ('code' in error && typeof error.code === 'number' ? String(error.code) : undefined),
}

export function observeMongoose(calls: DbCalls, log: Logger): ChannelSubscription[] {
  const traced = new TracedCalls(calls, log)
  // Each document of a cursor is a message, but most come from a batch that the cursor holds already: the first one counts.
  const opened = new WeakSet<object>()
  return [
    traced.operations<Query>('mongoose:query', (message) =>
      describe(message, { template: documentTemplate(message.args.filter) }),
    ),
    traced.operations<Aggregate>('mongoose:aggregate', (message) =>
      describe(message, { template: documentTemplate(message.args.pipeline) }),
    ),
    traced.operations<CursorNext>('mongoose:cursor:next', (message) => {
      const query = message.args.filter ?? message.args.pipeline ?? message
      if (opened.has(query)) return undefined
      opened.add(query)
      return describe(message, { template: documentTemplate(query) })
    }),
    traced.operations<Message>('mongoose:model:save', (message) => describe(message, {})),
    traced.operations<InsertMany>('mongoose:model:insertMany', (message) => {
      const { docs } = message.args
      return describe(message, Array.isArray(docs) ? { batchSize: docs.length } : {})
    }),
    traced.operations<BulkWrite>('mongoose:model:bulkWrite', (message) =>
      describe(message, { batchSize: message.args.ops.length }),
    ),
  ]
}

function describe(message: Message, more: Partial<Operation>): { database: Database; operation: Operation } {
  const { operation, collection, database, serverAddress, serverPort } = message
  return {
    database: { system: MONGODB, namespace: database, address: serverAddress, port: serverPort },
    operation: { operation, collection, ...more },
  }
}
