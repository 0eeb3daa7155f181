/**
 * The orders service: places orders, in PostgreSQL, with the help of inventory and payments.
 */

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
  serviceUrl,
  watchDatabase,
} from '@demo/chassis'
import { Database, openPool, TableLock } from '@demo/chassis/database'
import { observe } from '@lab/observe'
import { observePg } from '@lab/observe/pg'
import { z } from 'zod'
import { createApp } from './app.ts'
import { type OrderFault, orderFaults } from './order-faults.ts'
import { createIndex, orderEffects } from './weaknesses.ts'

const sweepSeconds = 5

/** Those that have ended and hold nothing any more. */
const purgeOrders = `delete from orders.orders where id in (
  select id from orders.orders where created_at < now() - make_interval(days => $1)
    and (status = 'confirmed' or compensated_at is not null)
  limit $2 for update skip locked)`

const settingsSchema = z.object({
  ...listening('orders'),
  DATABASE_URL: databaseUrl,
  INVENTORY_URL: serviceUrl('inventory'),
  PAYMENTS_URL: serviceUrl('payments'),
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
    const obs = observe({ service: 'orders', admin: false, ignore: isAdminPath, log: { redact: ['card', '*.card'] } })
    const pool = observePg(obs, openPool(obs, settings.DATABASE_URL))
    const database: Database = new Database(pool, () => faults.isOn('database-slow'))
    const lock = new TableLock({
      databaseUrl: settings.DATABASE_URL,
      table: 'orders.orders',
      name: 'orders-lock',
      onEnded: () => void faults.set('orders-lock', false),
    })
    const effects = { ...orderEffects(database), 'orders-lock': (enabled: boolean) => lock.hold(enabled) }
    const faults: Faults<OrderFault> = new Faults(obs, orderFaults, effects)
    await obs.untraced(() => createIndex(database))
    const stopMeasuring = watchDatabase(obs, database)
    const urls = { inventoryUrl: settings.INVENTORY_URL, paymentsUrl: settings.PAYMENTS_URL }
    const { server, recovery, close: closeApp } = await createApp({ obs, database, faults, ...urls })
    const stopSweeping = every(obs, sweepSeconds, 'recovering orders', () => recovery.sweep())
    const stopPurging = every(obs, PURGE_SECONDS, 'deleting old orders', purge(obs, database, 'orders', purgeOrders))
    const close = [stopSweeping, stopMeasuring, stopPurging, closeApp, () => lock.hold(false), () => database.close()]
    await serve({ obs, faults, server, host: settings.HOST, port: settings.PORT, close })
  },
})
