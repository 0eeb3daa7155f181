/**
 * The batches of a delivery, oldest first: those that wait, up to a limit, and beside them those that the endpoint was sent
 * and has not answered, so that nothing is both dropped and delivered.
 */

/** Records as they are sent. */
export interface EncodedBatch {
  body: Buffer
  count: number
}

/** Waiting batches are joined into one request up to this size, so that a backlog is cleared quickly. */
export const MAX_REQUEST_BYTES = 2 * 1024 * 1024

export class Backlog {
  readonly #maxRecords: number
  #waiting: EncodedBatch[] = []
  #sending: EncodedBatch[] = []
  /** Records that had to go for newer ones. */
  dropped = 0

  /** @param maxRecords that wait; the newest batch stays whatever it holds */
  constructor(maxRecords: number) {
    this.#maxRecords = maxRecords
  }

  /** Records that wait, for their turn or for an answer. */
  get count(): number {
    return sum(this.#sending) + sum(this.#waiting)
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0
  }

  add(batch: EncodedBatch): void {
    this.#waiting.push(batch)
    this.#dropOldest()
  }

  /** The oldest batches that fit into one request, as one; they are on their way until `settle`. */
  next(): EncodedBatch {
    let bytes = 0
    const fitting = this.#waiting.findIndex(({ body }, index) => {
      bytes += body.length
      return index > 0 && bytes > MAX_REQUEST_BYTES
    })
    this.#sending = this.#waiting.splice(0, fitting === -1 ? this.#waiting.length : fitting)
    return joined(this.#sending)
  }

  /** Ends what `next` began: done with, or to wait again. Says how many it were, none where they were surrendered meanwhile. */
  settle(isDone: boolean): number {
    const sent = this.#sending
    this.#sending = []
    if (!isDone) {
      this.#waiting.unshift(...sent)
      this.#dropOldest()
    }
    return sum(sent)
  }

  /** Gives up all that is here, for somebody else to send. */
  takeRemaining(): EncodedBatch {
    const left = joined([...this.#sending, ...this.#waiting])
    this.#sending = []
    this.#waiting = []
    return left
  }

  #dropOldest(): void {
    while (this.#waiting.length > 1 && sum(this.#waiting) > this.#maxRecords) {
      this.dropped += this.#waiting.shift()?.count ?? 0
    }
  }
}

function joined(batches: EncodedBatch[]): EncodedBatch {
  const [only, ...more] = batches
  if (only !== undefined && more.length === 0) return only
  return { body: Buffer.concat(batches.map(({ body }) => body)), count: sum(batches) }
}

function sum(batches: EncodedBatch[]): number {
  return batches.reduce((count, batch) => count + batch.count, 0)
}
