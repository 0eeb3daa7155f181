/**
 * Commands, pipelines and transactions of `@redis/client`, and so of `redis`, which publishes them itself.
 */
import { ROOT_CONTEXT } from '@opentelemetry/api'
import type { Logger } from 'pino'
import type { ChannelSubscription } from '../context/channels.ts'
import type { DbCalls } from './calls/db-calls.ts'
import {
  failureInBatch,
  type RedisBatch,
  type RedisServer,
  redisBatch,
  redisCommand,
  redisDatabase,
} from './calls/redis-calls.ts'
import { TracedCalls } from './calls/traced-calls.ts'

interface Command extends RedisServer {
  command: string
  /** Begin with the command's name. */
  args: string[]
  database: number
  /** Set within a pipeline, which is recorded as one call. */
  batchMode?: string
}

export function observeRedis(calls: DbCalls, log: Logger): ChannelSubscription[] {
  const traced = new TracedCalls(calls, log)
  return [
    traced.operations<Command>('node-redis:command', (message) => {
      if (message.batchMode !== undefined) return undefined
      return { database: redisDatabase(message), operation: redisCommand(message.command, message.args.length - 1) }
    }),
    traced.operations<RedisBatch>('node-redis:batch', redisBatch, { failureIn: failureInBatch }),
    traced.connections<RedisServer>('node-redis:connect', redisDatabase, () => ROOT_CONTEXT),
  ]
}
