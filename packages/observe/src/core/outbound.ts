/**
 * The clients that publish their calls themselves, so that they need no line of code and are never imported here.
 */
import type { Logger } from 'pino'
import type { Listening } from './channels.ts'
import type { ClientCalls } from './client-calls.ts'
import type { DbCalls } from './db-calls.ts'
import type { DbPools } from './db-pools.ts'
import { observeFetch } from './outbound/fetch.ts'
import { observeHttpClient } from './outbound/http.ts'
import { observeIoredis } from './outbound/ioredis.ts'
import { observeMongoose } from './outbound/mongoose.ts'
import { observeMssql } from './outbound/mssql.ts'
import { observeMysql2 } from './outbound/mysql2.ts'
import { observeRedis } from './outbound/redis.ts'

export function observeClients(http: ClientCalls, db: DbCalls, pools: DbPools, log: Logger): Listening[] {
  const databases = [observeRedis, observeIoredis, observeMysql2, observeMssql, observeMongoose]
  return [
    observeFetch(http, log),
    observeHttpClient(http, log),
    ...databases.flatMap((observe) => observe(db, log, pools)),
  ]
}
