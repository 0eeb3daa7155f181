/**
 * The writer's thread. While one transaction is written, exports pile up in the port and share the next one: the more arrives,
 * the fewer commits each export costs.
 */

import '../segments/quiet.ts'
import { parentPort, workerData } from 'node:worker_threads'
import type { Retention } from '../segments/retention.ts'
import { type Export, Writer, type Written } from './writer.ts'

export type ToWriter = { kind: 'export'; export: Export } | { kind: 'close' }
export type FromWriter = { kind: 'ready' } | ({ kind: 'written' } & Written)

/** Bodies of one transaction at most, so that no export waits long for its answer; decoded they take many times as much. */
const MOST_BYTES = 2_000_000
const IDLE_EVERY = 5000

const port = parentPort
if (!port) throw new Error('writer-thread is started by the console as a worker thread.')
const { folder, retention }: { folder: string; retention: Retention } = workerData
const writer = new Writer(folder, retention)
let queue: Export[] = []
let scheduled = false

port.on('message', (message: ToWriter) => {
  if (message.kind === 'close') return close()
  queue.push(message.export)
  if (!scheduled) setImmediate(drain)
  scheduled = true
})
const idle = setInterval(() => answer(writer.idle()), IDLE_EVERY)
post({ kind: 'ready' })

function drain(): void {
  let count = 0
  for (let bytes = 0; count < queue.length && bytes < MOST_BYTES; count++) bytes += queue[count]?.body.byteLength ?? 0
  const taken = queue.slice(0, count)
  queue = queue.slice(count)
  scheduled = queue.length > 0
  if (scheduled) setImmediate(drain)
  answer(writer.write(taken))
}

function answer(written: Written): void {
  post({ kind: 'written', ...written })
}

function post(message: FromWriter): void {
  port?.postMessage(message)
}

function close(): void {
  clearInterval(idle)
  while (queue.length > 0) drain()
  writer.close()
  port?.close()
}
