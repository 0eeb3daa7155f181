/**
 * The orders service: places orders, in PostgreSQL, with the help of inventory and payments.
 */

import { databaseUrl, every, Faults, listening, readEnvironment, runProgram, serve, serviceUrl } from '@demo/chassis'
import { Database, openPool } from '@demo/chassis/database'
import { observe } from '@lab/observe'
import { observePg } from '@lab/observe/pg'
import { z } from 'zod'
import { createApp } from './app.ts'
import { type OrderFault, orderFaults } from './order-faults.ts'
import { createIndex, orderEffects } from './weaknesses.ts'

const sweepSeconds = 5

const settingsSchema = z.object({
  ...listening(8081),
  DATABASE_URL: databaseUrl,
  INVENTORY_URL: serviceUrl('http://127.0.0.1:8082'),
  PAYMENTS_URL: serviceUrl('http://127.0.0.1:8083'),
})

await runProgram({
  async migrate() {
    const { DATABASE_URL } = readEnvironment(z.object({ DATABASE_URL: databaseUrl }))
    const { migrateQueue } = await import('@demo/chassis/queue')
    await migrateQueue(DATABASE_URL)
    const { migrate } = await import('@demo/chassis/migrate')
    await migrate({ databaseUrl: DATABASE_URL, schema: 'orders', folder: new URL('../migrations', import.meta.url) })
  },

  async serve() {
    const settings = readEnvironment(settingsSchema)
    const obs = observe({ service: 'orders', log: { redact: ['card', '*.card'] } })
    const pool = observePg(obs, openPool(obs, settings.DATABASE_URL))
    const database: Database = new Database(pool, () => faults.isOn('database-slow'))
    const faults: Faults<OrderFault> = new Faults(obs, orderFaults, orderEffects(database))
    await obs.untraced(() => createIndex(database))
    obs.health('postgres', () => obs.untraced(() => database.check()))
    const urls = { inventoryUrl: settings.INVENTORY_URL, paymentsUrl: settings.PAYMENTS_URL }
    const { server, recovery, close: closeApp } = await createApp({ obs, database, faults, ...urls })
    const stopSweeping = every(obs, sweepSeconds, 'recovering orders', () => recovery.sweep())
    const close = [stopSweeping, closeApp, () => database.close()]
    await serve({ obs, server, host: settings.HOST, port: settings.PORT, close })
  },
})
