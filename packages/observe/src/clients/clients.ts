/**
 * The clients that publish their calls themselves, so that they need no line of code and are never imported here.
 */
import type { Logger } from 'pino'
import type { ChannelSubscription } from '../context/channels.ts'
import type { ClientCalls } from './calls/client-calls.ts'
import type { DbCalls } from './calls/db-calls.ts'
import type { DbPools } from './calls/db-pools.ts'
import { observeFetch } from './fetch.ts'
import { observeHttpClient } from './http.ts'
import { observeIoredis } from './ioredis.ts'
import { observeMongoose } from './mongoose.ts'
import { observeMssql } from './mssql.ts'
import { observeMysql2 } from './mysql2.ts'
import { observeRedis } from './redis.ts'

export function observeClients(http: ClientCalls, db: DbCalls, pools: DbPools, log: Logger): ChannelSubscription[] {
  const databases = [observeRedis, observeIoredis, observeMysql2, observeMssql, observeMongoose]
  return [
    observeFetch(http, log),
    observeHttpClient(http, log),
    ...databases.flatMap((observe) => observe(db, log, pools)),
  ]
}
