/**
 * The batches of a delivery, oldest first: those that wait, within a bound in records and in bytes, and separately those
 * that were sent and are not acknowledged yet, so that no record is both dropped and delivered.
 */
import { recordCount, slice } from './split.ts'

/** Records as they are sent. */
export interface EncodedBatch {
  body: Buffer
  count: number
}

/** Waiting batches are joined into one request up to this size. Below the limits of common proxies (nginx: 1 MB). */
export const MAX_REQUEST_BYTES = 512 * 1024

/** Most bytes of one signal that wait for the endpoint. */
const MAX_QUEUE_BYTES = 32 * 1024 * 1024

export interface BacklogLimits {
  /** Most records that wait; the newest batch is kept whatever its size. */
  maxQueue: number
  /** Most records in one request, unless one batch has more. */
  maxBatch: number
}

export class Backlog {
  readonly #limits: BacklogLimits
  #waiting: EncodedBatch[] = []
  #sending: EncodedBatch[] = []
  /** Up to this size batches are joined; less after the endpoint found a request too large. */
  #requestBytes = MAX_REQUEST_BYTES
  /** Records that were dropped for newer ones. */
  dropped = 0

  constructor(limits: BacklogLimits) {
    this.#limits = limits
  }

  /** Records that wait to be sent or acknowledged. */
  get count(): number {
    return records(this.#sending) + records(this.#waiting)
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0
  }

  add(batch: EncodedBatch): void {
    this.#waiting.push(batch)
    this.#dropOldest()
  }

  /** The oldest batches that fit into one request, joined; they count as sent until `settle`. */
  next(): EncodedBatch {
    let bytes = 0
    let count = 0
    const fitting = this.#waiting.findIndex((batch, index) => {
      bytes += batch.body.length
      count += batch.count
      return index > 0 && (bytes > this.#requestBytes || count > this.#limits.maxBatch)
    })
    this.#sending = this.#waiting.splice(0, fitting === -1 ? this.#waiting.length : fitting)
    return joined(this.#sending)
  }

  /**
   * Ends what `next` began: the batches are done with, or wait again. Returns their number of records; 0 where they were
   * taken over meanwhile.
   */
  settle(isDone: boolean): number {
    const sent = this.#sending
    this.#sending = []
    if (!isDone) {
      this.#waiting.unshift(...sent)
      this.#dropOldest()
    }
    return records(sent)
  }

  /**
   * Splits the request that `next` made into two that wait, since the endpoint found it too large. Returns false for one
   * that cannot be split.
   * @param countOf the number that the queue counts for a request: spans, lines or points
   */
  split(countOf: (request: Buffer) => number): boolean {
    if (this.#sending.length === 0) return false
    const { body } = joined(this.#sending)
    const size = recordCount(body)
    if (size < 2) return false
    this.#requestBytes = Math.min(this.#requestBytes, Math.ceil(body.length / 2))
    const middle = Math.ceil(size / 2)
    const halves = [slice(body, 0, middle), slice(body, middle, size)]
    this.#sending = []
    this.#waiting.unshift(...halves.map((half) => ({ body: half, count: countOf(half) })))
    return true
  }

  /** Hands over everything that is left as requests, to be sent by other means. */
  takeRemaining(): EncodedBatch[] {
    this.#waiting.unshift(...this.#sending)
    const requests: EncodedBatch[] = []
    while (this.isWaiting) requests.push(this.next())
    this.#sending = []
    return requests
  }

  #dropOldest(): void {
    let count = records(this.#waiting)
    let bytes = this.#waiting.reduce((sum, { body }) => sum + body.length, 0)
    while (this.#waiting.length > 1 && (count > this.#limits.maxQueue || bytes > MAX_QUEUE_BYTES)) {
      const oldest = this.#waiting.shift()
      if (oldest === undefined) return
      this.dropped += oldest.count
      count -= oldest.count
      bytes -= oldest.body.length
    }
  }
}

function joined(batches: EncodedBatch[]): EncodedBatch {
  const [only, ...more] = batches
  if (only !== undefined && more.length === 0) return only
  return { body: Buffer.concat(batches.map(({ body }) => body)), count: records(batches) }
}

function records(batches: EncodedBatch[]): number {
  return batches.reduce((count, batch) => count + batch.count, 0)
}
