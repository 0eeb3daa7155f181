/**
 * The inventory service: keeps the stock, in PostgreSQL.
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
import { observe } from '@lab/observe'
import { observePg } from '@lab/observe/pg'
import { z } from 'zod'
import { createApp } from './app.ts'
import { purgeReservations } from './stock.ts'
import { inventoryFaults, Warehouse } from './warehouse.ts'

const restockSeconds = 1

await runProgram({
  async migrate() {
    const { DATABASE_URL } = readEnvironment(z.object({ DATABASE_URL: databaseUrl }))
    const { migrate } = await import('@demo/chassis/migrate')
    await migrate({ databaseUrl: DATABASE_URL, schema: 'inventory', folder: new URL('../migrations', import.meta.url) })
  },

  async serve() {
    const settings = readEnvironment(z.object({ ...listening('inventory'), DATABASE_URL: databaseUrl }))
    const obs = observe({ service: 'inventory', admin: false, ignore: isAdminPath })
    const faults = new Faults(obs, inventoryFaults)
    const pool = observePg(obs, openPool(obs, settings.DATABASE_URL))
    const database = new Database(pool, () => faults.isOn('database-slow'))
    const stopMeasuring = watchDatabase(obs, database)
    const warehouse = new Warehouse({ obs, database, faults })
    const server = createServer(createApp({ obs, warehouse, faults }))
    const stopRestocking = every(obs, restockSeconds, 'restocking', () =>
      obs.untraced(() => warehouse.takeDeliveries()),
    )
    const purgeOld = purge(obs, database, 'reservations', purgeReservations)
    const stopPurging = every(obs, PURGE_SECONDS, 'deleting old reservations', purgeOld)
    const close = [stopRestocking, stopMeasuring, stopPurging, () => database.close()]
    await serve({ obs, faults, server, host: settings.HOST, port: settings.PORT, close })
  },
})
