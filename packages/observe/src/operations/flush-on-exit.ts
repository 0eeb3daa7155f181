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
import { onTerminationSignal, type SignalAction } from './termination-signals.ts'

/** Shortest time in milliseconds for writing the last lines of the log. */
const LAST_WRITE_MS = 100

export interface FlushOnExitOptions {
  deliveries: Deliveries
  /** The open requests. */
  requests: Pick<Inbound, 'active' | 'endOpen'>
  log: Log
  /** Reports the metrics to the primary process of a cluster. */
  report(deadlineMs: number): Promise<void>
  /** A signal asks the process to end: it is not ready from here on. */
  drain(signal: NodeJS.Signals): void
}

/** Subscribes to every way in which the process ends; returns what unsubscribes. */
export function flushOnExit({ deliveries, requests, log, report, drain }: FlushOnExitOptions): () => void {
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
  function onSignal(signal: NodeJS.Signals, action: SignalAction): void {
    // A handler for Ctrl-C may do anything but end the process; one for SIGTERM is there to end it.
    if (action !== 'handled' || signal === 'SIGTERM') drain(signal)
    if (action === 'default') {
      // One Ctrl-C may arrive twice, from the terminal and from a process manager.
      if (exiting) return
      exiting = true
      return void exitBy(signal)
    }
    // The process goes on: until the user's handler ends it, or, as PID 1, until SIGKILL.
    if (action === 'ignored') logger.warn(`${signal} ${IGNORED}`)
    void report(EXIT_TIMEOUT_MS)
    void deliveries.flush()
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
    unsubscribe()
  }
  process.on('beforeExit', onBeforeExit)
  process.on('exit', sendRemaining)
  process.on('uncaughtExceptionMonitor', onCrash)
  const unsubscribe = onTerminationSignal(onSignal)
  return stop
}

const IGNORED =
  'has no effect: the kernel ignores it for process 1 unless the program handles it. Add a handler ' +
  "(process.on('SIGTERM', ...)), or start the container with an init (docker run --init)."

/** Writes the pending log lines. Without a reader of stdout it gives up after `limitMs`, or LAST_WRITE_MS if that is longer. */
export async function flushLog({ flush, flushSync }: Pick<Log, 'flush' | 'flushSync'>, limitMs = 0): Promise<void> {
  await within(Math.max(limitMs, LAST_WRITE_MS), flush(), undefined)
  flushSync()
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
    const worker = startWorker(workerData)
    if (worker !== undefined) Atomics.wait(state, DONE, 0, deadlineMs)
    void worker?.terminate()
  }
  const lost = new Map<string, UnsentBatch>()
  for (const [index, batch] of batches.entries()) {
    if (Atomics.load(state, 1 + index) === 1) continue
    const count = batch.count + (lost.get(batch.signal)?.count ?? 0)
    lost.set(batch.signal, { ...batch, count })
  }
  for (const { count, signal, endpoint } of lost.values()) log.warn(lostAt('exit', count, signal, shownUrl(endpoint)))
}

/** `undefined` where the process may start no thread (`node --permission` without `--allow-worker`). */
function startWorker(workerData: object): Worker | undefined {
  try {
    // Without the options of this process: `--import` would load this library again.
    return new Worker(SENDER, { eval: true, workerData, stdout: true, env: {}, execArgv: [] })
  } catch {
    return undefined
  }
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
