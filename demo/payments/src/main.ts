/**
 * The payments service: authorises payments and keeps their ledger in PostgreSQL.
 */

import { createServer } from 'node:http'
import {
  databaseUrl,
  every,
  Faults,
  isAdminPath,
  listening,
  PURGE_SECONDS,
  purge,
  readEnvironment,
  runProgram,
  serve,
  watchDatabase,
} from '@demo/chassis'
import { Database, openPool } from '@demo/chassis/database'
import { getRequestListener } from '@hono/node-server'
import { observe } from '@lab/observe'
import { observePg } from '@lab/observe/pg'
import { z } from 'zod'
import { createApp } from './app.ts'
import { paymentFaults } from './card-network.ts'
import { Ledger, purgePayments } from './ledger.ts'

await runProgram({
  async migrate() {
    const { DATABASE_URL } = readEnvironment(z.object({ DATABASE_URL: databaseUrl }))
    const { migrate } = await import('@demo/chassis/migrate')
    await migrate({ databaseUrl: DATABASE_URL, schema: 'payments', folder: new URL('../migrations', import.meta.url) })
  },

  async serve() {
    const settings = readEnvironment(z.object({ ...listening('payments'), DATABASE_URL: databaseUrl }))
    const obs = observe({ service: 'payments', admin: false, ignore: isAdminPath, log: { redact: ['card', '*.card'] } })
    const pool = observePg(obs, openPool(obs, settings.DATABASE_URL))
    const database = new Database(pool, () => false)
    const stopMeasuring = watchDatabase(obs, database)
    const faults = new Faults(obs, paymentFaults)
    const app = createApp({ obs, ledger: new Ledger(database), faults })
    const stopPurging = every(
      obs,
      PURGE_SECONDS,
      'deleting old payments',
      purge(obs, database, 'payments', purgePayments),
    )
    const server = createServer(getRequestListener(app.fetch))
    const close = [stopMeasuring, stopPurging, () => database.close()]
    await serve({ obs, faults, server, host: settings.HOST, port: settings.PORT, close })
  },
})
