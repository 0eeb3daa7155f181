/**
 * What the clients of Redis have in common: their messages, and what may be kept of a command. Values and keys alike stay
 * here: a key may well be the id of a session, and `CONFIG SET` or `ACL SETUSER` carry passwords.
 */
import type { Database, DbSystem, Operation } from './db-operation.ts'

export interface RedisServer {
  serverAddress: string
  serverPort?: number
}

export interface RedisBatch extends RedisServer {
  batchMode: string
  batchSize: number
  database: number
}

/** A program's commands are few, but a name may come from anywhere. */
const COMMAND = /^[A-Z][A-Z0-9._-]{0,39}$/
const MAX_SHOWN = 8

const REDIS: DbSystem = {
  name: 'redis',
  // `WRONGTYPE Operation against a key ...`; what a client itself complains of begins like a sentence.
  statusOf: ({ message }) => /^[A-Z]{3}[A-Z0-9]*(?= )/.exec(message)?.[0],
}

export function redisDatabase({ serverAddress, serverPort, database }: RedisServer & { database?: number }): Database {
  return { system: REDIS, namespace: database?.toString(), address: serverAddress, port: serverPort }
}

/** `SET ? ?` for a command with two arguments. */
export function redisCommand(command: string, argumentCount: number): Operation {
  const upper = command.toUpperCase()
  if (!COMMAND.test(upper)) return { operation: undefined }
  const shown = Array.from({ length: Math.min(argumentCount, MAX_SHOWN) }, () => ' ?').join('')
  return { operation: upper, template: `${upper}${shown}${argumentCount > MAX_SHOWN ? ' …' : ''}` }
}

/** A pipeline or a transaction as a whole. */
export function redisBatch(message: RedisBatch): { database: Database; operation: Operation } {
  const { batchMode: operation, batchSize } = message
  return { database: redisDatabase(message), operation: { operation, batchSize } }
}

/** The first error among the results of a transaction, which itself succeeds; `ioredis` has pairs of error and result. */
export function failureInBatch(results: unknown): unknown {
  return Array.isArray(results) ? results.flat().find((result) => result instanceof Error) : undefined
}
