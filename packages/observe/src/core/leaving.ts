/**
 * The way out: whichever way the process ends, what is queued is delivered first, within a bound. A signal and a
 * natural end leave time for it. `process.exit()` and a crash do not, so that in the `exit` event a worker thread sends
 * the rest while the main thread waits for it. The exit code and the signal stay what they would have been.
 */
import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import { type Deliveries, LEAVING_MS, type Letter } from './deliveries.ts'

const SIGNALS = ['SIGTERM', 'SIGINT'] as const

export interface LeavingOptions {
  deliveries: Deliveries
  log: Logger
  /** Writes the log's buffer without a turn of the event loop. */
  flushLog(): void
}

/** Watches over the process's end; returns what stops watching. */
export function watchLeaving({ deliveries, log, flushLog }: LeavingOptions): () => void {
  let flushed = false

  function onBeforeExit(): void {
    // The flush gives the event loop something to do, so that this event comes a second time.
    if (flushed) return
    flushed = true
    void deliveries.flush()
  }
  function onSignal(signal: NodeJS.Signals): void {
    // With a handler of the user's own the process goes on until that one ends it.
    if (process.listenerCount(signal) > 1) return void deliveries.flush()
    void deliveries.close().then(() => {
      stop()
      flushLog()
      process.kill(process.pid, signal)
    })
  }
  function onCrash(error: Error, origin: NodeJS.UncaughtExceptionOrigin): void {
    log.fatal({ err: error }, origin === 'unhandledRejection' ? 'unhandled rejection' : 'uncaught exception')
  }
  function sendTheRest(): void {
    const letters = deliveries.surrender()
    if (letters.length > 0) sendWhileWaiting(letters, log)
    flushLog()
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
  for (const signal of SIGNALS) process.on(signal, onSignal)
  return stop
}

/** The main thread waits on word 0; word 1 + n says whether letter n was taken. */
const DONE = 0

/**
 * A worker that is started only now costs 40-53 ms at the end and nothing before; a standing one costs 23 MB resident
 * for as long as the process runs.
 */
function sendWhileWaiting(letters: Letter[], log: Logger): void {
  const state = new Int32Array(new SharedArrayBuffer(4 * (1 + letters.length)))
  const letterData = letters.map(({ endpoint, body }) => ({ endpoint, body }))
  const worker = new Worker(SENDER, { eval: true, workerData: { state, letters: letterData }, stdout: true, env: {} })
  Atomics.wait(state, DONE, 0, LEAVING_MS)
  void worker.terminate()
  letters.forEach(({ count, signal, endpoint }, index) => {
    if (Atomics.load(state, 1 + index) === 1) return
    log.warn(`${count} ${signal} were lost at exit: ${endpoint.url} did not take them`)
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
