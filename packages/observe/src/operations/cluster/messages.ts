/**
 * The messages between the processes of a cluster. They use the channel that Node keeps between the primary and each
 * worker; neither `process.on('message')` nor `cluster.on('message')` receives them.
 */
import { deserialize, serialize } from 'node:v8'
import type { ScopeMetrics } from '../../metrics/points.ts'
import type { Readiness } from '../health/health.ts'

/** Node emits messages whose command begins with `NODE_` as 'internalMessage' only. */
const COMMAND = 'NODE_LAB_OBSERVE'

/** A request of the primary; the answer repeats its id. */
export type Request = {
  kind: 'request'
  what: 'points' | 'readiness'
  id: number
  /** Who collects the primary's metrics; see `Metrics.read`. */
  reader?: string
}

/**
 * One part of a worker's report. A worker sends all parts of one report before those of the next; part 0 discards a
 * report that was not complete.
 */
export type Report = {
  kind: 'points'
  points: string
  part: number
  parts: number
  /** Ids of the requests that it answers; empty for a periodic report. */
  answers: readonly number[]
}

export type Message =
  | Request
  /** The primary serves the admin routes for this worker, so the worker opens no port. */
  | { kind: 'attached' }
  | { kind: 'level'; level: string }
  | Report
  /** The worker received the readiness request; its checks may take longer. */
  | { kind: 'ack'; id: number }
  | { kind: 'readiness'; readiness: Readiness; id: number }
  /** The worker stops observing and answers no further request. */
  | { kind: 'leaving' }

/** Either end of the channel. */
interface Channel extends NodeJS.EventEmitter {
  connected?: boolean
  send?(message: unknown, handle: undefined, options: undefined, written: () => void): boolean
}

/** Sends unless the channel is closed. `written` runs in either case. */
export function send(channel: Channel, message: Message, written: () => void = () => undefined): void {
  // Without a callback a broken channel emits 'error', which would end the user's process.
  if (channel.connected) channel.send?.({ cmd: COMMAND, message }, undefined, undefined, written)
  else written()
}

/** Calls `receive` with each message; returns what unsubscribes. */
export function subscribe(channel: Channel, receive: (message: Message) => void): () => void {
  const onMessage = (message: unknown): void => {
    if (isOurs(message)) receive(message.message)
  }
  channel.on('internalMessage', onMessage)
  return () => void channel.off('internalMessage', onMessage)
}

function isOurs(message: unknown): message is { cmd: typeof COMMAND; message: Message } {
  return typeof message === 'object' && message !== null && 'cmd' in message && message.cmd === COMMAND
}

export function encodedPoints(points: readonly ScopeMetrics[]): string {
  return serialize(points).toString('base64')
}

export function pointsOf(text: string): readonly ScopeMetrics[] {
  const points: unknown = deserialize(Buffer.from(text, 'base64'))
  return Array.isArray(points) ? points : []
}
