/**
 * Delivers one signal's records to an OTLP endpoint: batches, a bounded queue, retries. A request never waits for it.
 * While the endpoint is away the newest records are kept, up to the bounds, and dropped ones are counted.
 */
import { ROOT_CONTEXT } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import { withContext } from '../context/context.ts'
import { safeText } from '../conventions/thrown.ts'
import { type Endpoint, type QueueLimits, shownUrl } from '../settings/otlp-settings.ts'
import { within } from '../time/within.ts'
import { Backlog, type EncodedBatch, MAX_REQUEST_BYTES } from './backlog.ts'
import { DeliveryLog, type Notices } from './delivery-log.ts'
import type { ExportResult } from './export-answer.ts'
import { lostAt } from './lost.ts'
import { post } from './otlp-http.ts'
import type { Records } from './record-batch.ts'

export const FIRST_RETRY_MS = 1000
export const LAST_RETRY_MS = 15_000

const TOO_LARGE = 413

/** Records that were given up, by reason. */
export type Dropped = Record<'queue_full' | 'rejected' | 'shutdown' | 'invalid', number>

export class Delivery<Batch extends Records = Records> {
  readonly signal: string
  readonly endpoint: Endpoint
  readonly limits: QueueLimits
  readonly #batch: Batch
  readonly #log: DeliveryLog
  readonly #notices: Notices
  readonly #backlog: Backlog
  #timer: NodeJS.Timeout | undefined
  #pump: Promise<void> | undefined
  #retry: { wake: () => void } | undefined
  #closed = false
  #invalid = 0
  /** Records that the endpoint has accepted. */
  exported = 0
  #rejected = 0
  #afterClose = 0

  constructor(signal: string, endpoint: Endpoint, limits: QueueLimits, batch: Batch, notices: Notices) {
    this.signal = signal
    this.endpoint = endpoint
    this.limits = limits
    this.#batch = batch
    this.#backlog = new Backlog(limits)
    this.#log = new DeliveryLog(signal, endpoint, notices)
    this.#notices = notices
  }

  /** Records that wait to be sent or acknowledged. */
  get length(): number {
    return this.#batch.count + this.#backlog.count
  }

  get dropped(): Dropped {
    return {
      queue_full: this.#backlog.dropped,
      rejected: this.#rejected,
      shutdown: this.#afterClose,
      invalid: this.#batch.invalid.count,
    }
  }

  /** Adds one record to the open batch. */
  add(write: (batch: Batch) => void): void {
    if (this.#closed) {
      this.#afterClose += 1
      return
    }
    write(this.#batch)
    if (this.#batch.invalid.count !== this.#invalid) this.#reportInvalid()
    if (this.#batch.count >= this.limits.maxBatch || this.#batch.bytes >= MAX_REQUEST_BYTES) this.#closeBatch()
    else this.#timer ??= this.#later()
  }

  /** Sends what waits; settles when it is accepted or refused, or after `deadlineMs` milliseconds. */
  async flush(deadlineMs: number): Promise<void> {
    this.#closeBatch()
    this.#retry?.wake()
    if (this.#pump !== undefined) await within(deadlineMs, this.#pump, undefined)
  }

  /** The last flush: afterwards records are no longer accepted, and those that are left count as dropped. */
  async close(deadlineMs: number): Promise<void> {
    this.#closed = true
    await this.flush(deadlineMs)
    const count = this.takeRemaining().reduce((sum, batch) => sum + batch.count, 0)
    if (count === 0) return
    this.#afterClose += count
    this.#notices.warn(`${lostAt('shutdown', count, this.signal, shownUrl(this.endpoint))} in time`)
  }

  /** Hands over everything that is left as requests, for a process whose event loop has stopped. */
  takeRemaining(): EncodedBatch[] {
    this.#closeBatch(false)
    return this.#backlog.takeRemaining()
  }

  /** The records of one moment could not be collected. */
  failed(error: unknown): void {
    this.#log.failed(safeText(error))
  }

  #closeBatch(send = true): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#batch.count > 0) this.#backlog.add(this.#encoded())
    if (send && this.#backlog.isWaiting && this.#pump === undefined) {
      this.#pump = withContext(suppressTracing(ROOT_CONTEXT), () => this.#run()).finally(() => {
        this.#pump = undefined
      })
    }
  }

  /** The open batch. Lines are encoded only here, so some may turn out to be invalid. */
  #encoded(): EncodedBatch {
    const { count } = this.#batch
    const body = this.#batch.take()
    const invalid = this.#batch.invalid.count - this.#invalid
    if (invalid > 0) this.#reportInvalid()
    return { body, count: count - invalid }
  }

  #reportInvalid(): void {
    const { count, reason } = this.#batch.invalid
    this.#invalid = count
    this.#log.invalid(reason)
  }

  /** Outside the request's context: a message of the delivery does not belong to the trace that started it. */
  #later(): NodeJS.Timeout {
    return withContext(ROOT_CONTEXT, () => setTimeout(() => this.#closeBatch(), this.limits.delayMs).unref())
  }

  async #run(): Promise<void> {
    let failures = 0
    while (this.#backlog.isWaiting) {
      const result = await post(this.endpoint, this.#backlog.next().body)
      if (result.kind === 'refused' && result.status === TOO_LARGE && this.#split()) continue
      this.#settle(result)
      if (result.kind !== 'retry') {
        failures = 0
        continue
      }
      if (this.#closed) return
      await this.#pause(result.afterMs ?? backoffMs(failures))
      failures += 1
    }
  }

  #split(): boolean {
    return this.#backlog.split((request) => this.#batch.countOf(request))
  }

  #settle(result: ExportResult): void {
    const count = this.#backlog.settle(result.kind !== 'retry')
    if (result.kind === 'retry') {
      this.#log.unreachable(result.reason, this.limits.maxQueue)
      return
    }
    const rejected = result.kind === 'accepted' ? Math.min(result.rejected, count) : count
    this.exported += count - rejected
    this.#rejected += rejected
    if (rejected > 0) this.#log.refused(rejected, result.reason)
    else this.#log.accepted(this.#backlog.dropped + this.#rejected, result.reason)
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

/** Exponential, with jitter so that the processes of a service do not return all at once (OTLP specification, "Failures"). */
function backoffMs(failures: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** failures, LAST_RETRY_MS) * (0.5 + Math.random() / 2)
}
