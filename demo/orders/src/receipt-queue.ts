/**
 * Queues the receipt of an order on the connection that confirms it: either both are committed or neither is. The job
 * carries the context of the trace, which goes on where the receipt is sent.
 */

import { plainError } from '@demo/chassis'
import type { Client } from '@demo/chassis/database'
import { type Receipt, receiptQueue } from '@demo/chassis/queue'
import type { Observe } from '@lab/observe'
import { PgBoss } from 'pg-boss'

export class ReceiptQueue {
  readonly #boss: PgBoss

  /** @param client for pg-boss's own questions, such as which queues there are */
  constructor(obs: Observe, client: Client) {
    this.#boss = new PgBoss({
      db: executorOf(client),
      migrate: false,
      supervise: false,
      schedule: false,
      registerInstance: false,
      openTelemetry: { enabled: false },
    })
    this.#boss.on('error', (error) => obs.log.error({ err: plainError(error) }, 'the queue has a problem'))
  }

  async start(): Promise<void> {
    await this.#boss.start()
  }

  async stop(): Promise<void> {
    await this.#boss.stop({ graceful: false, close: false })
  }

  /** Adds the job within the transaction of `client`. Its id is that of the order, so that there is one job per order. */
  async add(client: Client, job: Receipt): Promise<void> {
    await this.#boss.send(receiptQueue, job, { id: job.orderId, db: executorOf(client) })
  }
}

function executorOf(client: Client) {
  return { executeSql: (text: string, values?: unknown[]) => client.query(text, values) }
}
