/**
 * Who calls whom. A call is known when both its ends are: the client span of the caller, and the server span whose parent
 * it is. They come from different processes, in any order, seconds apart, so each waits for the other in memory for a
 * while. A call whose other end never comes went to something that sends no spans, or is down, and is shown by its address or by the
 * service that answered there before.
 */

import type { SpanRecord } from '../../otlp/record.ts'
import { Addresses } from './addresses.ts'
import {
  addressOf,
  CLIENT,
  CONSUMER,
  databaseOf,
  isError,
  type Node,
  PRODUCER,
  queueOf,
  SERVER,
  serviceNode,
} from './requests.ts'

export interface Edge {
  from: Node
  to: Node
  /** Microseconds since the epoch, of the caller's span where it has one. */
  start: number
  duration: number
  /** Of either end: a caller that goes on after a 500 often leaves its own span unmarked. */
  error: boolean
}

/** How long one end of a call waits for the other. */
const CALLEE_TIMEOUT = 30_000
/** Ends that wait at most; beyond it the oldest is given up early. */
const MOST_WAITING = 50_000
/** Calls of one span at most whose caller is waited for. */
const MOST_CALLEES = 100

interface Call {
  edge: Omit<Edge, 'to'>
  address: Node | undefined
  since: number
}

interface Callee {
  edge: Omit<Edge, 'from'>
  since: number
}

export class Edges {
  readonly #found: Edge[] = []
  readonly #calls = new Map<string, Call>()
  /** By the span that they wait for; one span may call several. */
  readonly #callees = new Map<string, Callee[]>()
  readonly #addresses = new Addresses()
  #recent = new Map<string, string>()
  #older = new Map<string, string>()

  /** Looks at a span as it arrives. `now` is in milliseconds. */
  see(span: SpanRecord, now: number): void {
    const { start, duration, resource, kind } = span
    const service = serviceNode(resource.service)
    const error = isError(span)
    const id = key(span.spanId)
    this.#rememberService(id, resource.service)
    const callees = this.#callees.get(id) ?? []
    this.#callees.delete(id)
    for (const { edge } of callees) {
      const measured = kind === CLIENT || kind === PRODUCER ? { start, duration, error: error || edge.error } : edge
      if (kind === CLIENT) this.#addresses.learn(addressOf(span), edge.to)
      if (edge.to !== service) this.#found.push({ ...edge, ...measured, from: service })
    }
    const queue = queueOf(span)
    const database = databaseOf(span)
    if (database) this.#found.push({ from: service, to: database, start, duration, error })
    else if (queue && kind === PRODUCER) this.#found.push({ from: service, to: queue, start, duration, error })
    else if (queue) this.#found.push({ from: queue, to: service, start, duration, error })
    else if (kind === CLIENT && callees.length === 0) {
      this.#calls.set(id, { edge: { from: service, start, duration, error }, address: addressOf(span), since: now })
    }
    if ((kind === SERVER || kind === CONSUMER) && !queue && span.parentId.length > 0) {
      this.#called(key(span.parentId), { edge: { to: service, start, duration, error }, since: now })
    }
  }

  /** The calls that have become known. */
  take(now: number): Edge[] {
    for (const [id, call] of this.#calls) {
      if (now - call.since < CALLEE_TIMEOUT && this.#calls.size <= MOST_WAITING) break
      this.#calls.delete(id)
      if (call.address) this.#found.push({ ...call.edge, to: this.#addresses.nodeAt(call.address) })
    }
    for (const [id, [first]] of this.#callees) {
      if (first && now - first.since < CALLEE_TIMEOUT && this.#callees.size <= MOST_WAITING) break
      this.#callees.delete(id)
    }
    return this.#found.splice(0)
  }

  #called(parent: string, callee: Callee): void {
    const call = this.#calls.get(parent)
    if (call) {
      this.#calls.delete(parent)
      this.#addresses.learn(call.address, callee.edge.to)
      this.#found.push({ ...call.edge, to: callee.edge.to, error: call.edge.error || callee.edge.error })
      return
    }
    const caller = this.#recent.get(parent) ?? this.#older.get(parent)
    if (caller === undefined) this.#wait(parent, callee)
    else if (serviceNode(caller) !== callee.edge.to) this.#found.push({ ...callee.edge, from: serviceNode(caller) })
  }

  #wait(parent: string, callee: Callee): void {
    const others = this.#callees.get(parent)
    if (!others) this.#callees.set(parent, [callee])
    else if (others.length < MOST_CALLEES) others.push(callee)
  }

  // A caller may be known by a span that is not a client span, where only the headers are passed on by hand.
  #rememberService(id: string, service: string): void {
    if (this.#recent.size >= MOST_WAITING / 2) {
      this.#older = this.#recent
      this.#recent = new Map()
    }
    this.#recent.set(id, service)
  }
}

/** Eight bytes as eight characters: half the memory of hex as a key of a map. */
function key(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString('latin1')
}
