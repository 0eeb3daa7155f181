/**
 * Commands and transactions of `ioredis`, which publishes them itself. A command that has to wait for the connection is
 * published when it is sent, and by then outside of the request that issued it: it is measured without a span.
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
import { TracedCalls, withinBatch } from './calls/traced-calls.ts'

interface Command extends RedisServer {
  command: string
  /** Without the command's name. */
  args: string[]
  database: number
}

export function observeIoredis(calls: DbCalls, log: Logger): ChannelSubscription[] {
  const traced = new TracedCalls(calls, log)
  return [
    traced.operations<Command>('ioredis:command', (message) => ({
      database: redisDatabase(message),
      operation: redisCommand(message.command, message.args.length),
    })),
    // The commands of a transaction are published one by one, too.
    traced.operations<RedisBatch>('ioredis:batch', redisBatch, { inside: withinBatch, failureIn: failureInBatch }),
    traced.connections<RedisServer>('ioredis:connect', redisDatabase, () => ROOT_CONTEXT),
  ]
}
