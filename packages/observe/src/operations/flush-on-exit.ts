/**
 * The way out: whichever way the process ends, what is queued is delivered first, within a bound. A signal and a
 * natural end leave time for it. `process.exit()` and a crash do not, so that in the `exit` event a worker thread sends
 * the rest while the main thread waits for it. The exit code and the signal stay what they would have been.
 */
import { setTimeout } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import type { Log } from '../logs/logs.ts'
import { type Deliveries, LEAVING_MS, type Letter } from '../otlp/deliveries.ts'
import { lostAt } from '../otlp/lost.ts'
import type { Inbound } from '../server/inbound.ts'

/** Time in milliseconds that the last lines of the log get in any case. */
const LAST_WRITE_MS = 100
const SIGNALS = ['SIGTERM', 'SIGINT'] as const

export interface LeavingOptions {
  deliveries: Deliveries
  /** The requests that are being answered. */
  requests: Pick<Inbound, 'active' | 'endOpen'>
  log: Log
  /** Tells the primary process of a cluster what was counted. */
  tell(deadlineMs: number): Promise<void>
}

/** Watches over the process's end; returns what stops watching. */
export function watchLeaving({ deliveries, requests, log, tell }: LeavingOptions): () => void {
  const { logger, flush, flushSync } = log
  /** What is left of the time that leaving may take. */
  let leftMs = LEAVING_MS
  let flushed = false
  let leaving = false

  async function spend(wait: (deadlineMs: number) => Promise<unknown>): Promise<void> {
    const begin = performance.now()
    await wait(leftMs)
    leftMs = Math.max(leftMs - (performance.now() - begin), 0)
  }
  function onBeforeExit(): void {
    // The flush gives the event loop something to do, so that this event comes a second time.
    if (flushed) return
    flushed = true
    void spend((deadlineMs) => deliveries.flush(deadlineMs))
  }
  function onSignal(signal: NodeJS.Signals): void {
    // With a handler of the user's own the process goes on until that one ends it.
    if (process.listenerCount(signal) - waitingListeners() > 1) {
      void tell(LEAVING_MS)
      return void deliveries.flush()
    }
    // A terminal and a process manager may both pass on one Ctrl-C.
    if (leaving) return
    leaving = true
    void leaveBy(signal)
  }
  async function leaveBy(signal: NodeJS.Signals): Promise<void> {
    await spend((deadlineMs) => Promise.all([deliveries.flush(deadlineMs), tell(deadlineMs)]))
    requests.endOpen()
    await spend((deadlineMs) => Promise.all([deliveries.close(deadlineMs), tell(deadlineMs)]))
    stop()
    // A signal takes with it the write that is under way.
    await writeLastLines({ flush, flushSync }, leftMs)
    process.kill(process.pid, signal)
  }
  function onCrash(error: Error, origin: NodeJS.UncaughtExceptionOrigin): void {
    requests.active()?.fail(error)
    logger.fatal({ err: error }, origin === 'unhandledRejection' ? 'unhandled rejection' : 'uncaught exception')
  }
  function sendTheRest(): void {
    requests.endOpen()
    const letters = deliveries.surrender()
    if (letters.length > 0) sendWhileWaiting(letters, logger, leftMs)
    flushSync()
  }
  function stop(): void {
    process.off('beforeExit', onBeforeExit)
    process.off('exit', sendTheRest)
    process.off('uncaughtExceptionMonitor', onCrash)
    for (const signal of SIGNALS) process.off(signal, onSignal)
  }
  process.on('beforeExit', onBeforeExit)
  process.on('exit', sendTheRest)
  process.on('uncaughtExceptionMonitor', onCrash)
  // Before the user's own, since one that was added by `once` is gone when its turn is over.
  for (const signal of SIGNALS) process.prependListener(signal, onSignal)
  return stop
}

/** Writes what the log still holds; nobody may be reading, though, so that it takes `limitMs` at most, or a little. */
export async function writeLastLines(
  { flush, flushSync }: Pick<Log, 'flush' | 'flushSync'>,
  limitMs = 0,
): Promise<void> {
  const late = new AbortController()
  const { signal } = late
  const limit = setTimeout(Math.max(limitMs, LAST_WRITE_MS), undefined, { signal }).catch(() => undefined)
  await Promise.race([flush(), limit])
  late.abort()
  flushSync()
}

/**
 * Listeners of signal-exit, which many packages bring: they end the process only where nobody else listens, so they wait
 * for us and are no handler of the user's. Version 3 and version 4 say how many they are.
 */
function waitingListeners(): number {
  const emitters: unknown[] = [
    Reflect.get(process, '__signal_exit_emitter__'),
    Reflect.get(globalThis, Symbol.for('signal-exit emitter')),
  ]
  let count = 0
  for (const emitter of emitters) {
    if (typeof emitter !== 'object' || emitter === null || !('count' in emitter)) continue
    if (typeof emitter.count === 'number') count += emitter.count
  }
  return count
}

/** The main thread waits on word 0; word 1 + n says whether letter n was taken. */
const DONE = 0

/**
 * A worker that is started only now costs 40-53 ms at the end and nothing before; a standing one costs 23 MB resident
 * for as long as the process runs.
 */
function sendWhileWaiting(letters: Letter[], log: Logger, deadlineMs: number): void {
  const state = new Int32Array(new SharedArrayBuffer(4 * (1 + letters.length)))
  const letterData = letters.map(({ endpoint, body }) => ({ endpoint, body }))
  if (deadlineMs > 0) {
    const workerData = { state, letters: letterData }
    // Without the options of this process, which may be to load this library.
    const worker = new Worker(SENDER, { eval: true, workerData, stdout: true, env: {}, execArgv: [] })
    Atomics.wait(state, DONE, 0, deadlineMs)
    void worker.terminate()
  }
  letters.forEach(({ count, signal, endpoint }, index) => {
    if (Atomics.load(state, 1 + index) === 1) return
    log.warn(lostAt('exit', count, signal, endpoint.url))
  })
}

/** Plain text, so that it survives every bundler. */
const SENDER = `
const { workerData: { state, letters } } = require('node:worker_threads')
let open = letters.length
function settle(index, status) {
  if (status >= 200 && status < 300) Atomics.store(state, 1 + index, 1)
  open -= 1
  if (open > 0) return
  Atomics.store(state, 0, 1)
  Atomics.notify(state, 0)
}
letters.forEach(({ endpoint, body }, index) => {
  const { request } = require(endpoint.url.startsWith('https:') ? 'node:https' : 'node:http')
  const headers = { ...endpoint.headers, 'content-type': 'application/x-protobuf', 'content-length': body.length }
  const post = request(endpoint.url, { method: 'POST', headers }, (response) => {
    response.resume()
    response.on('close', () => settle(index, response.statusCode))
  })
  post.on('error', () => settle(index, 0))
  post.end(body)
})
`
