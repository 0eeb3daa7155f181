/**
 * The notifier: sends a receipt for each order, from a queue in PostgreSQL, and keeps the alerts that it receives.
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
import { Alerts, notificationReceiver } from './alerts.ts'
import { createApp, notifierFaults } from './app.ts'
import { postgresMetrics } from './postgres-metrics.ts'
import { queueMetrics } from './queue.ts'
import { purgeReceipts } from './receipts.ts'
import { Worker } from './worker.ts'

const measureSeconds = 5

await runProgram({
  async migrate() {
    const { DATABASE_URL } = readEnvironment(z.object({ DATABASE_URL: databaseUrl }))
    const { migrateQueue } = await import('@demo/chassis/queue')
    await migrateQueue(DATABASE_URL)
    const { migrate } = await import('@demo/chassis/migrate')
    await migrate({ databaseUrl: DATABASE_URL, schema: 'notifier', folder: new URL('../migrations', import.meta.url) })
  },

  async serve() {
    const settings = readEnvironment(z.object({ ...listening('notifier'), DATABASE_URL: databaseUrl }))
    const obs = observe({ service: 'notifier', admin: false, ignore: isAdminPath })
    const faults = new Faults(obs, notifierFaults)
    const pool = observePg(obs, openPool(obs, settings.DATABASE_URL))
    const database = new Database(pool, () => faults.isOn('database-slow'))
    const stopMeasuring = watchDatabase(obs, database)
    const worker = new Worker({
      obs,
      database,
      databaseUrl: settings.DATABASE_URL,
      isStuck: () => faults.isOn('notifier-stuck'),
    })
    await worker.start()
    const chores = [
      every(obs, measureSeconds, 'measuring the queue', queueMetrics(obs, database)),
      every(obs, measureSeconds, 'measuring PostgreSQL', postgresMetrics(obs, database)),
      stopMeasuring,
      every(obs, PURGE_SECONDS, 'deleting old receipts', purge(obs, database, 'receipts', purgeReceipts)),
    ]
    const alerts = new Alerts(obs)
    const server = createServer(createApp({ obs, database, faults, alerts, worker }).callback())
    const close = [() => worker.stop(), ...chores, () => database.close()]
    const notifications = notificationReceiver(alerts)
    await serve({ obs, faults, notifications, server, host: settings.HOST, port: settings.PORT, close })
  },
})
