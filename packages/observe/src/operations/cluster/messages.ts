/**
 * What the processes of a cluster say to each other, over the channel that Node keeps between the primary and each worker:
 * messages that neither `process.on('message')` nor `cluster.on('message')` sees.
 */
import { deserialize, serialize } from 'node:v8'
import type { ScopeMetrics } from '../../metrics/points.ts'
import type { Readiness } from '../health/health.ts'

/** Node hands messages whose command begins with `NODE_` to 'internalMessage' alone. */
const COMMAND = 'NODE_LAB_OBSERVE'

/** The primary's question, with a number that the answer repeats. */
export type Question = {
  kind: 'ask'
  what: 'points' | 'readiness'
  id: number
}

/**
 * One part of what a worker counted. A worker sends the parts of one report after the other and then those of the next; the
 * first part of a report says that one which was not finished never will be.
 */
export type Report = {
  kind: 'points'
  points: string
  part: number
  parts: number
  /** The questions that it answers; none where it was not asked for. */
  answers: readonly number[]
}

export type Message =
  | Question
  /** The primary observes: it serves what operators ask, and the worker opens no port. */
  | { kind: 'welcome' }
  | { kind: 'level'; level: string }
  | Report
  /** The worker has heard the question for its readiness; its checks may take their time. */
  | { kind: 'checking'; id: number }
  | { kind: 'readiness'; readiness: Readiness; id: number }
  /** The worker stops observing, and answers no more. */
  | { kind: 'farewell' }

/** Either end of the channel. */
interface Channel extends NodeJS.EventEmitter {
  connected?: boolean
  send?(message: unknown, handle: undefined, options: undefined, written: () => void): boolean
}

/** Sends unless the other side is known to be gone. `written` is called also when it turns out to be. */
export function say(channel: Channel, message: Message, written: () => void = () => undefined): void {
  // Without a callback a channel that breaks is an 'error' event, which would end the user's process.
  if (channel.connected) channel.send?.({ cmd: COMMAND, message }, undefined, undefined, written)
  else written()
}

/** Calls `heard` with each message; returns what stops that. */
export function hear(channel: Channel, heard: (message: Message) => void): () => void {
  const onMessage = (message: unknown): void => {
    if (isOurs(message)) heard(message.message)
  }
  channel.on('internalMessage', onMessage)
  return () => void channel.off('internalMessage', onMessage)
}

function isOurs(message: unknown): message is { cmd: typeof COMMAND; message: Message } {
  return typeof message === 'object' && message !== null && 'cmd' in message && message.cmd === COMMAND
}

export function textOfPoints(points: readonly ScopeMetrics[]): string {
  return serialize(points).toString('base64')
}

export function pointsOf(text: string): readonly ScopeMetrics[] {
  const points: unknown = deserialize(Buffer.from(text, 'base64'))
  return Array.isArray(points) ? points : []
}
