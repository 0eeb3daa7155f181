/**
 * Starts a service and stops it. On SIGTERM it first says that it is not ready and goes on for a notice period, in which
 * a load balancer takes it out. Then it ends listening, finishes the requests in flight, closes what it holds, delivers its
 * last spans and log lines and exits with 0. All of that takes 19 s at most: the grace period before SIGKILL is 20 s.
 */

import { once } from 'node:events'
import type { Server } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Observe } from '@lab/observe'
import { type NotificationReceiver, serveAdmin } from './admin.ts'
import { SettingsError } from './environment.ts'
import type { Faults } from './faults.ts'
import { answerMalformed } from './malformed.ts'

export interface ServeOptions {
  obs: Observe
  /** Switched on the admin port, which answers once requests are taken: before that nothing is ready. */
  faults: Faults
  notifications?: NotificationReceiver
  server: Server
  host: string
  port: number
  /** Milliseconds between being not ready and the end of listening. */
  noticeMs?: number
  /** What to close after the last request, in order. A step that fails or is late does not keep the next ones from running. */
  close?: (() => Promise<unknown>)[]
}

const NOTICE_MS = 500
const REQUESTS_MS = 10_000
/** All steps of `close` together. */
const CLOSE_MS = 6_000
/** Each step has at least this part of the time, as one of so many. */
const LEAST_SHARE = 30
const IDLE_CHECK_MS = 50

/** Resolves once the service takes requests. */
export async function serve(options: ServeOptions): Promise<void> {
  const { obs, faults, notifications, server } = options
  let stopping = false
  obs.health('taking requests', () => !stopping)
  // Fastify has a listener of its own, made from the option clientErrorHandler.
  if (server.listenerCount('clientError') === 0) server.on('clientError', answerMalformed)
  await listen(options)
  await serveAdmin(obs, { faults, notifications })
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return
    stopping = true
    obs.log.info({ signal }, 'stopping')
    stopService(options).then(
      (isClean) => process.exit(isClean ? 0 : 1),
      (error) => {
        obs.log.fatal({ err: error }, 'could not stop in good order')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  obs.log.info({ address: server.address() }, 'listening')
}

async function listen({ server, host, port }: ServeOptions): Promise<void> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new SettingsError(
      `Cannot listen on ${host}:${port}: ${reason}. PORT and HOST in the environment choose another.`,
      {
        cause,
      },
    )
  }
}

/** False where a step failed. */
async function stopService({ obs, server, noticeMs = NOTICE_MS, close = [] }: ServeOptions): Promise<boolean> {
  await wait(noticeMs)
  await finishRequests(server, obs)
  const isClean = await closeAll(close, obs)
  obs.log.info('stopped')
  await obs.shutdown()
  return isClean
}

/** Runs every step, within `ms` milliseconds together. A step has all that is left but the least that each later one needs. */
export async function closeAll(
  close: readonly (() => Promise<unknown>)[],
  obs: Observe,
  ms = CLOSE_MS,
): Promise<boolean> {
  let isClean = true
  const deadline = performance.now() + ms
  for (const [index, step] of close.entries()) {
    const reserved = (close.length - 1 - index) * (ms / LEAST_SHARE)
    try {
      await within(Math.max(0, deadline - performance.now() - reserved), Promise.resolve().then(step))
    } catch (error) {
      isClean = false
      obs.log.error({ err: error, step: index + 1 }, 'a step of stopping failed; the next ones still run')
    }
  }
  return isClean
}

/** A kept-alive connection would hold the server open after its last request, so that idle ones are closed as they come. */
async function finishRequests(server: Server, obs: Observe): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS)
  try {
    await within(REQUESTS_MS, closed)
  } catch (error) {
    obs.log.warn({ err: error }, 'cut off the requests that were still in flight')
    server.closeAllConnections()
  } finally {
    clearInterval(idle)
  }
}

async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const inTime = new AbortController()
  const late = wait(milliseconds, undefined, { signal: inTime.signal }).then(() => {
    throw new Error(`still not done after ${Math.round(milliseconds)} ms`)
  })
  try {
    await Promise.race([work, late])
  } finally {
    inTime.abort()
  }
}
