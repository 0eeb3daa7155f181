/**
 * Takes receipts from the queue and sends them. The trace of the order goes on here: each job carries its context, and
 * is handled in a span of that trace. A job that fails is retried with growing delays; one that is not a receipt is not.
 */

import { setTimeout as wait } from 'node:timers/promises'
import { plainError, traceIdOf } from '@demo/chassis'
import type { Database } from '@demo/chassis/database'
import {
  deadReceiptQueue,
  queueConnection,
  type Receipt,
  receipt,
  receiptAttributes,
  receiptQueue,
} from '@demo/chassis/queue'
import type { Counter, Observe } from '@lab/observe'
import { SpanKind } from '@opentelemetry/api'
import { type Job, type JobResult, PgBoss } from 'pg-boss'
import { sendReceipt } from './receipts.ts'

export interface WorkerOptions {
  obs: Observe
  database: Database
  databaseUrl: string
  /** While it is true no job comes to an end. */
  isStuck: () => boolean
}

/** A notification wakes the worker at once; it also looks at this interval, should one get lost. */
const pollSeconds = 2
const batchSize = 20
const stopMs = 4_000
const STUCK_POLL_MS = 100

export class Worker {
  readonly #options: WorkerOptions
  readonly #boss: PgBoss
  readonly #sent: Counter
  #stopping = false

  constructor(options: WorkerOptions) {
    const { obs, databaseUrl } = options
    this.#options = options
    this.#boss = new PgBoss({
      ...queueConnection(databaseUrl),
      max: 4,
      migrate: false,
      schedule: false,
      useListenNotify: true,
      openTelemetry: { enabled: false },
    })
    this.#boss.on('error', (error) => obs.log.error({ err: plainError(error) }, 'the queue has a problem'))
    this.#boss.on('warning', ({ message, data }) => obs.log.warn({ data }, message))
    this.#sent = obs.counter('shop.receipts.sent', { description: 'Receipts sent.', unit: '{receipt}' })
    this.#sent.add(0)
  }

  async start(): Promise<void> {
    await this.#boss.start()
    const options = {
      batchSize,
      burstWhenBatchFull: true,
      pollingIntervalSeconds: pollSeconds,
      notifyPollingIntervalSeconds: pollSeconds,
      perJobResults: true,
    } as const
    await this.#boss.work<unknown>(receiptQueue, options, (jobs) => Promise.all(jobs.map((job) => this.#handle(job))))
  }

  /** Queues the receipts again that could not be sent, and says how many that were. */
  async resend(): Promise<number> {
    const count = await this.#boss.redrive(deadReceiptQueue)
    this.#options.obs.log.info({ count }, 'queued the receipts again that could not be sent')
    return count
  }

  /** Finishes the jobs at hand, takes no more. */
  async stop(): Promise<void> {
    this.#stopping = true
    await this.#boss.stop({ timeout: stopMs })
  }

  async #handle({ id, data }: Job<unknown>): Promise<JobResult> {
    const { obs } = this.#options
    const job = receipt.safeParse(data)
    if (!job.success) {
      obs.log.error({ job: id, err: job.error }, 'dropped a job that is not a receipt')
      return { id, status: 'deadletter', output: { message: job.error.message } }
    }
    await this.#notStuck()
    const { orderId, carrier } = job.data
    const options = {
      kind: SpanKind.CONSUMER,
      parent: carrier,
      attributes: { ...receiptAttributes, 'shop.order.id': orderId },
    }
    try {
      return await obs.span('send receipt', options, () => this.#send(id, job.data))
    } catch (error) {
      return { id, status: 'failed', output: { message: String(error) } }
    }
  }

  /** Waits as a worker does that waits for an answer which never comes; stopping ends it. */
  async #notStuck(): Promise<void> {
    while (this.#options.isStuck() && !this.#stopping) await wait(STUCK_POLL_MS)
  }

  async #send(id: string, job: Receipt): Promise<JobResult> {
    const { obs, database } = this.#options
    const { orderId } = job
    try {
      const isNew = await sendReceipt(database, job, traceIdOf(obs.carrier()))
      if (isNew) this.#sent.add(1)
      obs.log.info({ orderId }, isNew ? 'receipt sent' : 'receipt was sent before')
      return { id, status: 'completed' }
    } catch (error) {
      obs.log.error({ orderId, err: error }, 'could not send a receipt, tries again later')
      throw error
    }
  }
}
