/**
 * One operation on a database as span and metric name it (OpenTelemetry's semantic conventions for databases).
 */
import type { Attributes } from '@opentelemetry/api'
import { attribute, OTHER } from '../../conventions/names.ts'
import type { CallOutcome } from './call-outcome.ts'

/** A kind of database. */
export interface DbSystem {
  /** As the semantic conventions name it: `postgresql`, `mysql`. */
  name: string
  /** The error code of the database; `undefined` for an error that is not the database's own. */
  statusOf(error: Error): string | undefined
}

export interface Database {
  system: DbSystem
  namespace?: string | undefined
  address?: string | undefined
  port?: number | undefined
}

/** One operation on a database. */
export interface Operation {
  /** The command: `SELECT`, `HGET`, `findOne`. */
  operation: string | undefined
  /** The table or collection, where it is exactly one. */
  collection?: string | undefined
  procedure?: string | undefined
  /** Command and tables of an SQL text; bounded by the statements that a program has. */
  summary?: string | undefined
  /** The query without its values. */
  template?: string | undefined
  /** How many operations go in one batch. */
  batchSize?: number | undefined
  /** Filled with how the last call of this very object ended: statements are kept, and most calls end like the one before. */
  lastOutcome?: CallOutcome | undefined
}

/** Operation name of a failed connect. A successful connect makes no span. */
export const CONNECT: Operation = { operation: 'connect' }

/** What a span has from its start: the attributes of the measurement, the query and the size of its batch. */
export function spanAttributesOf(database: Database, operation: Operation): Attributes {
  const attributes = attributesOf(database, operation)
  const { template, batchSize } = operation
  if (template) attributes[attribute.dbQueryText] = template
  // One operation alone is no batch.
  if (batchSize !== undefined && batchSize > 1) attributes[attribute.dbBatchSize] = batchSize
  return attributes
}

export function attributesOf({ system, namespace, address, port }: Database, operated: Operation): Attributes {
  const { operation, collection, procedure, summary } = operated
  const attributes: Attributes = { [attribute.dbSystem]: system.name }
  if (namespace !== undefined) attributes[attribute.dbNamespace] = namespace
  if (address !== undefined) attributes[attribute.serverAddress] = address
  if (port !== undefined) attributes[attribute.serverPort] = port
  if (operation !== undefined) attributes[attribute.dbOperation] = operation
  if (collection !== undefined) attributes[attribute.dbCollection] = collection
  if (procedure !== undefined) attributes[attribute.dbProcedure] = procedure
  if (summary !== undefined) attributes[attribute.dbQuerySummary] = summary
  return attributes
}

/** The summary, else operation and target (semantic conventions for databases, "Name"). */
export function nameOf({ system }: Database, { operation, collection, procedure, summary }: Operation): string {
  if (summary !== undefined) return summary
  if (operation === undefined) return system.name
  const target = collection ?? procedure
  return target === undefined ? operation : `${operation} ${target}`
}

/** The database's own code (SQLSTATE `23505`), or what the system or the driver calls the failure (`ECONNREFUSED`). */
export function failureOf(error: unknown, system: DbSystem): Attributes {
  if (!(error instanceof Error)) return { [attribute.errorType]: OTHER }
  const status = system.statusOf(error)
  if (status !== undefined) return { [attribute.dbResponseStatus]: status, [attribute.errorType]: status }
  const { code } = error as NodeJS.ErrnoException
  if (typeof code === 'string') return { [attribute.errorType]: code }
  // Many a driver's class does not say its name.
  return { [attribute.errorType]: error.name === 'Error' ? error.constructor.name : error.name }
}
