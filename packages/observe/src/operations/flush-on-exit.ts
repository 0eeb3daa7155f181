/**
 * Delivers what is queued when the process ends, within a bound. A signal and a natural end leave turns of the event loop
 * for it. `process.exit()` and a crash leave none: there a worker thread, started in the `exit` event, sends the rest while
 * the main thread waits. The exit code and the signal stay what they would have been.
 */
import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import type { Log } from '../logs/logs.ts'
import { type Deliveries, EXIT_TIMEOUT_MS, type UnsentBatch } from '../otlp/deliveries.ts'
import { lostAt } from '../otlp/lost.ts'
import { USER_AGENT } from '../otlp/otlp-http.ts'
import type { Inbound } from '../server/inbound.ts'
import { shownUrl } from '../settings/otlp-settings.ts'
import { within } from '../time/within.ts'

/** Shortest time in milliseconds for writing the last lines of the log. */
const LAST_WRITE_MS = 100
const SIGNALS = ['SIGTERM', 'SIGINT'] as const

export interface FlushOnExitOptions {
  deliveries: Deliveries
  /** The open requests. */
  requests: Pick<Inbound, 'active' | 'endOpen'>
  log: Log
  /** Reports the metrics to the primary process of a cluster. */
  report(deadlineMs: number): Promise<void>
}

/** Subscribes to every way in which the process ends; returns what unsubscribes. */
export function flushOnExit({ deliveries, requests, log, report }: FlushOnExitOptions): () => void {
  const { logger, flush, flushSync } = log
  /** Remaining time for the exit. */
  let leftMs = EXIT_TIMEOUT_MS
  let flushed = false
  let exiting = false

  async function spend(wait: (deadlineMs: number) => Promise<unknown>): Promise<void> {
    const startedMs = performance.now()
    await wait(leftMs)
    leftMs = Math.max(leftMs - (performance.now() - startedMs), 0)
  }
  function onBeforeExit(): void {
    // The flush gives the event loop work, so 'beforeExit' fires a second time.
    if (flushed) return
    flushed = true
    void spend((deadlineMs) => deliveries.flush(deadlineMs))
  }
  function onSignal(signal: NodeJS.Signals): void {
    // With a handler of the user's the process runs until that handler ends it.
    if (process.listenerCount(signal) - waitingListeners() > 1) {
      void report(EXIT_TIMEOUT_MS)
      return void deliveries.flush()
    }
    // One Ctrl-C may arrive twice, from the terminal and from a process manager.
    if (exiting) return
    exiting = true
    void exitBy(signal)
  }
  async function exitBy(signal: NodeJS.Signals): Promise<void> {
    await spend((deadlineMs) => Promise.all([deliveries.flush(deadlineMs), report(deadlineMs)]))
    requests.endOpen()
    await spend((deadlineMs) => Promise.all([deliveries.close(deadlineMs), report(deadlineMs)]))
    stop()
    // The signal ends the process together with a write in progress.
    await flushLog({ flush, flushSync }, leftMs)
    process.kill(process.pid, signal)
  }
  function onCrash(error: Error, origin: NodeJS.UncaughtExceptionOrigin): void {
    requests.active()?.fail(error)
    logger.fatal({ err: error }, origin === 'unhandledRejection' ? 'unhandled rejection' : 'uncaught exception')
  }
  function sendRemaining(): void {
    requests.endOpen()
    const batches = deliveries.takeRemaining()
    if (batches.length > 0) sendWhileWaiting(batches, logger, leftMs)
    flushSync()
  }
  function stop(): void {
    process.off('beforeExit', onBeforeExit)
    process.off('exit', sendRemaining)
    process.off('uncaughtExceptionMonitor', onCrash)
    for (const signal of SIGNALS) process.off(signal, onSignal)
  }
  process.on('beforeExit', onBeforeExit)
  process.on('exit', sendRemaining)
  process.on('uncaughtExceptionMonitor', onCrash)
  // Before the user's handlers: one added by `once` is no longer counted after it ran.
  for (const signal of SIGNALS) process.prependListener(signal, onSignal)
  return stop
}

/** Writes the pending log lines. Without a reader of stdout it gives up after `limitMs`, or LAST_WRITE_MS if that is longer. */
export async function flushLog({ flush, flushSync }: Pick<Log, 'flush' | 'flushSync'>, limitMs = 0): Promise<void> {
  await within(Math.max(limitMs, LAST_WRITE_MS), flush(), undefined)
  flushSync()
}

/**
 * Listeners of signal-exit, which many packages install: they end the process only when no other listener is left, so they
 * are not handlers of the user's. Versions 3 and 4 publish their number.
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

/** The main thread waits on word 0; word 1 + n is 1 once batch n was accepted. */
const DONE = 0

/**
 * A worker that is started here costs 40-53 ms at exit and nothing before; a permanent one costs 23 MB resident while the
 * process runs. Both measured.
 */
function sendWhileWaiting(batches: UnsentBatch[], log: Logger, deadlineMs: number): void {
  const state = new Int32Array(new SharedArrayBuffer(4 * (1 + batches.length)))
  const sent = batches.map(({ endpoint, body }) => ({ endpoint, body }))
  if (deadlineMs > 0) {
    const workerData = { state, batches: sent, userAgent: USER_AGENT }
    // Without the options of this process: `--import` would load this library again.
    const worker = new Worker(SENDER, { eval: true, workerData, stdout: true, env: {}, execArgv: [] })
    Atomics.wait(state, DONE, 0, deadlineMs)
    void worker.terminate()
  }
  const lost = new Map<string, UnsentBatch>()
  for (const [index, batch] of batches.entries()) {
    if (Atomics.load(state, 1 + index) === 1) continue
    const count = batch.count + (lost.get(batch.signal)?.count ?? 0)
    lost.set(batch.signal, { ...batch, count })
  }
  for (const { count, signal, endpoint } of lost.values()) log.warn(lostAt('exit', count, signal, shownUrl(endpoint)))
}

/** As text, so that every bundler keeps it. */
const SENDER = `
const { workerData: { state, batches, userAgent } } = require('node:worker_threads')
const agents = new Map()
let open = batches.length
function settle(index, status) {
  if (status >= 200 && status < 300) Atomics.store(state, 1 + index, 1)
  open -= 1
  if (open > 0) return
  Atomics.store(state, 0, 1)
  Atomics.notify(state, 0)
}
batches.forEach(({ endpoint, body }, index) => {
  const { Agent, request } = require(endpoint.url.startsWith('https:') ? 'node:https' : 'node:http')
  const key = new URL(endpoint.url).origin
  if (!agents.has(key)) agents.set(key, new Agent({ keepAlive: true, maxSockets: 4, proxyEnv: endpoint.proxyEnv }))
  const headers = {
    'user-agent': userAgent,
    ...endpoint.headers,
    'content-type': 'application/x-protobuf',
    'content-length': body.length,
  }
  const post = request(endpoint.url, { method: 'POST', agent: agents.get(key), headers, ...endpoint.tls }, (response) => {
    response.resume()
    response.on('close', () => settle(index, response.statusCode))
  })
  post.on('error', () => settle(index, 0))
  post.end(body)
})
`
