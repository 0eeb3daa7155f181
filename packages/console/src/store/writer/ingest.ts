/**
 * The main thread's side of the writer: hands it exports and brings back what became of them.
 */

import { EventEmitter, once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Encoding, Signal } from '../../otlp/decode.ts'
import type { Retention } from '../segments/retention.ts'
import type { Outcome, Stored } from './writer.ts'
import type { FromWriter, ToWriter } from './writer-thread.ts'

/** Bodies that are being read or wait to be written at most; what comes on top is asked to come again. */
const MOST_WAITING = 64_000_000
const tooMuch = `More than ${MOST_WAITING / 1e6} MB of exports wait to be written.`

const STOPPING = 'The console is stopping.'

const writerThread = new URL(
  import.meta.url.endsWith('.ts') ? './writer-thread.ts' : './writer-thread.js',
  import.meta.url,
)

interface Events {
  /** A transaction was committed. */
  stored: [stored: Stored]
  /** Another segment is being written now. */
  segment: [number: number]
  /** The writer's thread ended by itself and another one was started. */
  restarted: [error: Error]
  /** The writer's thread ended again and again. */
  died: [error: Error]
}

/** Starts of the writer's thread in a row that may fail, before the console gives up. */
const MOST_DEATHS = 5

/** Resolves when the newest segment is open. Rejects if it cannot be opened. */
export async function startIngest(folder: string, retention: Retention, thread = writerThread): Promise<Ingest> {
  const start = () =>
    new Worker(thread, {
      workerData: { folder, retention },
      // Decoded exports are short-lived: a large young generation collects them cheaply, an old one bounds the whole.
      resourceLimits: { maxYoungGenerationSizeMb: 32, maxOldGenerationSizeMb: 512 },
    })
  const worker = start()
  await once(worker, 'message')
  return new Ingest(worker, start)
}

export class Ingest extends EventEmitter<Events> {
  #worker: Worker
  readonly #start: () => Worker
  readonly #waiting = new Map<number, { bytes: number; answer: (outcome: Outcome) => void }>()
  #bytes = 0
  #reading = 0
  #sent = 0
  #segment = 0
  #deaths = 0
  #closing = false

  constructor(worker: Worker, start: () => Worker) {
    super()
    this.#start = start
    this.#worker = this.#attach(worker)
  }

  /**
   * Hands `read` a way to reserve room for each piece of a body as it comes, so that a slow sender holds what it has sent and not
   * what it announced. False where there is no room, which also gives back what the body had; all of it is given back at the end.
   */
  async whileReading<Body>(read: (take: (bytes: number) => boolean) => Promise<Body>): Promise<Body> {
    let taken = 0
    const giveBack = () => {
      this.#reading -= taken
      taken = 0
    }
    try {
      return await read((bytes) => {
        const room = this.#bytes + this.#reading + bytes <= MOST_WAITING
        if (!room) giveBack()
        else {
          taken += bytes
          this.#reading += bytes
        }
        return room
      })
    } finally {
      giveBack()
    }
  }

  /** Why there is no room. */
  get noRoom(): Outcome {
    return { kind: 'unavailable', reason: this.#closing ? STOPPING : tooMuch }
  }

  /** Resolves when the export is stored, or cannot be. The body is handed over: it is empty afterwards. */
  async store(signal: Signal, encoding: Encoding, body: Uint8Array<ArrayBuffer>): Promise<Outcome> {
    const bytes = body.byteLength
    if (this.#closing || this.#bytes + bytes > MOST_WAITING) return this.noRoom
    const id = this.#sent++
    this.#bytes += bytes
    const whole = body.byteLength === body.buffer.byteLength
    return new Promise((answer) => {
      this.#waiting.set(id, { bytes, answer })
      this.#post({ kind: 'export', export: { id, signal, encoding, body } }, whole ? [body.buffer] : [])
    })
  }

  /** Writes what waits and closes the segment. */
  async close(): Promise<void> {
    if (this.#closing) return
    this.#closing = true
    const ended = once(this.#worker, 'exit')
    this.#post({ kind: 'close' }, [])
    await ended
  }

  #post(message: ToWriter, moved: ArrayBuffer[]): void {
    this.#worker.postMessage(message, moved)
  }

  #receive(message: FromWriter): void {
    if (message.kind !== 'written') return
    if (message.outcomes.length > 0) this.#deaths = 0
    if (message.segment !== this.#segment) {
      this.#segment = message.segment
      this.emit('segment', message.segment)
    }
    const { spans, logs, points } = message.stored
    if (spans + logs + points > 0) this.emit('stored', message.stored)
    for (const [id, outcome] of message.outcomes) this.#settle(id, outcome)
  }

  #settle(id: number, outcome: Outcome): void {
    const waiter = this.#waiting.get(id)
    if (!waiter) return
    this.#waiting.delete(id)
    this.#bytes -= waiter.bytes
    waiter.answer(outcome)
  }

  #attach(worker: Worker): Worker {
    let cause: Error | undefined
    worker.on('message', (message: FromWriter) => this.#receive(message))
    worker.on('error', (error) => {
      cause = error instanceof Error ? error : new Error(String(error))
    })
    worker.on('exit', () => this.#restart(cause ?? new Error('The writer thread ended.')))
    return worker
  }

  /** The exports that the thread had are answered 503, so that their senders repeat them to the next one. */
  #restart(cause: Error): void {
    const reason = `The writer stopped and is started again: ${cause.message}`
    for (const id of this.#waiting.keys()) this.#settle(id, { kind: 'unavailable', reason })
    if (this.#closing) return
    if (++this.#deaths > MOST_DEATHS) {
      this.#closing = true
      this.emit('died', cause)
      return
    }
    this.emit('restarted', cause)
    this.#worker = this.#attach(this.#start())
  }
}
