/**
 * Puts the orders service together: the steps of an order, what looks after those left behind, and Nest in front.
 */

import { Faults } from '@demo/chassis'
import type { Database } from '@demo/chassis/database'
import 'reflect-metadata'
import type { Server } from 'node:http'
import type { Observe } from '@lab/observe'
import { observeNest } from '@lab/observe/nest'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { FaultsController } from './faults.controller.ts'
import type { OrderFault } from './order-faults.ts'
import { OrderMetrics } from './order-metrics.ts'
import { OrderStore } from './order-store.ts'
import { OrdersController } from './orders.controller.ts'
import { PlaceOrder } from './place-order.ts'
import { ProblemFilter } from './problem.filter.ts'
import { ReceiptQueue } from './receipt-queue.ts'
import { Recovery } from './recovery.ts'
import { Suppliers, type SupplierUrls } from './suppliers.ts'

export interface AppOptions extends SupplierUrls {
  obs: Observe
  database: Database
  faults: Faults<OrderFault>
}

export interface App {
  server: Server
  recovery: Recovery
  /** Stops the queue, once no request is in flight any more. */
  close(): Promise<void>
}

@Module({ controllers: [OrdersController, FaultsController] })
class OrdersModule {}

export async function createApp({ obs, database, faults, ...urls }: AppOptions): Promise<App> {
  const store = new OrderStore(database, () => faults.isOn('n-plus-one'))
  const suppliers = new Suppliers(urls, () => faults.isOn('eager-retry'))
  const metrics = new OrderMetrics(obs)
  const recovery = new Recovery({ obs, store, suppliers, metrics })
  const queue = new ReceiptQueue(obs, database)
  // It looks at its queues every minute.
  await obs.untraced(() => queue.start())
  const placeOrder = new PlaceOrder({ obs, store, suppliers, queue, metrics, recovery, faults })

  const module = {
    module: OrdersModule,
    providers: [
      { provide: PlaceOrder, useValue: placeOrder },
      { provide: OrderStore, useValue: store },
      { provide: Faults, useValue: faults },
    ],
  }
  const nest = await NestFactory.create<NestExpressApplication>(module, { logger: false, abortOnError: false })
  observeNest(nest, obs)
  nest.disable('x-powered-by')
  nest.useGlobalFilters(new ProblemFilter())
  await nest.init()

  return {
    server: nest.getHttpServer(),
    recovery,
    async close() {
      await recovery.settle()
      await queue.stop()
    },
  }
}
