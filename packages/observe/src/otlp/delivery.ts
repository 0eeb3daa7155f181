/**
 * Takes one signal's records to an OTLP endpoint: batches, a bounded queue, retries. A request never waits for it.
 * While the endpoint is away the newest records are kept, up to the limit, and what had to go is counted.
 */

import { ROOT_CONTEXT } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import { withContext } from '../context/context.ts'
import type { Endpoint, QueueLimits } from '../settings/otlp-settings.ts'
import { Backlog, type EncodedBatch } from './backlog.ts'
import { lostAt } from './lost.ts'
import { type ExportResult, post } from './otlp-http.ts'
import type { Records } from './record-batch.ts'

/** Where the delivery says what an operator should know; once for each change, not once for each batch. */
export interface Notices {
  warn(message: string): void
  info(message: string): void
}

export const FIRST_RETRY_MS = 1000
export const LAST_RETRY_MS = 15_000

export class Delivery<Batch extends Records = Records> {
  readonly signal: string
  readonly endpoint: Endpoint
  readonly limits: QueueLimits
  readonly #batch: Batch
  readonly #notices: Notices
  readonly #backlog: Backlog
  #timer: NodeJS.Timeout | undefined
  #pump: Promise<void> | undefined
  #retry: { wake: () => void } | undefined
  #failing = false
  #closed = false
  /** Records that the endpoint has taken. */
  exported = 0
  #rejected = 0
  #afterClose = 0

  constructor(signal: string, endpoint: Endpoint, limits: QueueLimits, batch: Batch, notices: Notices) {
    this.signal = signal
    this.endpoint = endpoint
    this.limits = limits
    this.#batch = batch
    this.#backlog = new Backlog(limits.maxQueue)
    this.#notices = notices
  }

  /** Records that wait, for their turn or for an answer. */
  get length(): number {
    return this.#batch.count + this.#backlog.count
  }

  /** Records given up, by reason. */
  get dropped(): { queue_full: number; rejected: number; shutdown: number } {
    return { queue_full: this.#backlog.dropped, rejected: this.#rejected, shutdown: this.#afterClose }
  }

  /** Adds one record to the open batch. */
  add(write: (batch: Batch) => void): void {
    if (this.#closed) {
      this.#afterClose += 1
      return
    }
    write(this.#batch)
    if (this.#batch.count >= this.limits.maxBatch) this.#seal()
    else this.#timer ??= this.#later()
  }

  /** Sends what waits; settles when it is taken, refused or `deadlineMs` have passed. */
  async flush(deadlineMs: number): Promise<void> {
    this.#seal()
    this.#retry?.wake()
    if (this.#pump === undefined) return
    let timer: NodeJS.Timeout | undefined
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadlineMs)
    })
    await Promise.race([this.#pump, deadline])
    clearTimeout(timer)
  }

  /** The last flush: afterwards nothing more is taken, and what is left is counted as lost. */
  async close(deadlineMs: number): Promise<void> {
    this.#closed = true
    await this.flush(deadlineMs)
    const { count } = this.takeRemaining()
    if (count === 0) return
    this.#afterClose += count
    this.#notices.warn(`${lostAt('shutdown', count, this.signal, this.endpoint.url)} in time`)
  }

  /** Hands over what is still here, for whoever can send it after the event loop has stopped. */
  takeRemaining(): EncodedBatch {
    this.#seal(false)
    return this.#backlog.takeRemaining()
  }

  #seal(send = true): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const { count } = this.#batch
    if (count > 0) this.#backlog.add({ body: this.#batch.take(), count })
    if (send && this.#backlog.isWaiting && this.#pump === undefined) {
      this.#pump = withContext(suppressTracing(ROOT_CONTEXT), () => this.#run()).finally(() => {
        this.#pump = undefined
      })
    }
  }

  /** Outside the request's context: what is said of the delivery is not part of the trace that set it off. */
  #later(): NodeJS.Timeout {
    return withContext(ROOT_CONTEXT, () => setTimeout(() => this.#seal(), this.limits.delayMs).unref())
  }

  async #run(): Promise<void> {
    let retryMs = FIRST_RETRY_MS
    while (this.#backlog.isWaiting) {
      const outcome = await post(this.endpoint, this.#backlog.next().body)
      this.#settle(outcome)
      if (outcome.kind !== 'retry') {
        retryMs = FIRST_RETRY_MS
        continue
      }
      if (this.#closed) return
      await this.#pause(outcome.afterMs ?? retryMs)
      retryMs = Math.min(retryMs * 2, LAST_RETRY_MS)
    }
  }

  #settle(outcome: ExportResult): void {
    const count = this.#backlog.settle(outcome.kind !== 'retry')
    if (outcome.kind === 'retry') {
      if (!this.#failing) {
        const kept = `up to ${this.limits.maxQueue} are kept and sent when it answers`
        this.#notices.warn(`cannot deliver ${this.signal} to ${this.endpoint.url}: ${outcome.reason}; ${kept}`)
      }
      this.#failing = true
      return
    }
    const rejected = outcome.kind === 'taken' ? Math.min(outcome.rejected, count) : count
    this.exported += count - rejected
    this.#rejected += rejected
    if (rejected > 0) {
      if (!this.#failing)
        this.#notices.warn(`${this.endpoint.url} refused ${rejected} ${this.signal}: ${outcome.reason}`)
      this.#failing = true
    } else if (this.#failing) {
      this.#failing = false
      const lost = this.#backlog.dropped + this.#rejected
      this.#notices.info(`${this.endpoint.url} takes ${this.signal} again; lost since start: ${lost}`)
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer)
        this.#retry = undefined
        resolve()
      }
      const timer = setTimeout(wake, ms).unref()
      this.#retry = { wake }
    })
  }
}
