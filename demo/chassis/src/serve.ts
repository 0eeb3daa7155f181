/**
 * Starts a service and sees it out. On SIGTERM it takes no more requests, finishes those in flight, closes what it holds,
 * delivers its last spans and log lines and exits with 0, all of it within a bound.
 */

import { once } from 'node:events'
import type { Server } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Observe } from '@lab/observe'
import { SettingsError } from './environment.ts'

export interface ServeOptions {
  obs: Observe
  server: Server
  host: string
  port: number
  /** What to close when no request is in flight any more, in order. */
  close?: (() => Promise<unknown>)[]
}

const requestsMs = 10_000
const closeMs = 5_000
const idleCheckMs = 50

/** Resolves once the service takes requests. */
export async function serve(options: ServeOptions): Promise<void> {
  const { obs, server } = options
  let stopping = false
  obs.health('taking requests', () => !stopping)
  await listen(options)
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return
    stopping = true
    obs.log.info({ signal }, 'stopping')
    stopService(options).then(
      () => process.exit(0),
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

async function stopService({ obs, server, close = [] }: ServeOptions): Promise<void> {
  await finishRequests(server, obs)
  for (const closeOne of close) await within(closeMs, closeOne())
  obs.log.info('stopped')
  await obs.shutdown()
}

/** A kept-alive connection would hold the server open after its last request, so that idle ones are closed as they come. */
async function finishRequests(server: Server, obs: Observe): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  const idle = setInterval(() => server.closeIdleConnections(), idleCheckMs)
  try {
    await within(requestsMs, closed)
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
    throw new Error(`still not done after ${milliseconds} ms`)
  })
  try {
    await Promise.race([work, late])
  } finally {
    inTime.abort()
  }
}
