/**
 * `node:cluster`: the primary process serves one /metrics for itself and all its workers. It asks them over the channel that
 * Node keeps between the two, with messages that neither `process.on('message')` nor `cluster.on('message')` sees.
 */
import cluster, { type Worker } from 'node:cluster'
import { deserialize, serialize } from 'node:v8'
import { merge, type ProcessMetrics } from './merge.ts'
import type { Metrics } from './metrics.ts'
import type { ResourceMetrics, ScopeMetrics } from './points.ts'

/** Node hands messages whose command begins with `NODE_` to 'internalMessage' alone. */
const COMMAND = 'NODE_LAB_OBSERVE'
/** Time in milliseconds that a worker has to answer; one that is busy longer is told by its last answer. */
const ANSWER_MS = 1000

type Message = { cmd: typeof COMMAND } & ({ ask: number } | { answer: number; points: string })

interface Known {
  /** Stays small though workers come and go, so that the values of a label do. */
  slot: number
  last: readonly ScopeMetrics[]
  answered: Map<number, () => void>
}

/** What the primary process knows of its workers. */
class Workers implements ClusterPlace {
  readonly #known = new Map<Worker, Known>()
  #ended: readonly ScopeMetrics[] = []
  #asked = 0

  constructor() {
    cluster.on('fork', this.#meet)
    cluster.on('exit', this.#part)
    // One that was there before has said its hello to nobody.
    for (const worker of Object.values(cluster.workers ?? {})) {
      if (worker === undefined) continue
      this.#meet(worker)
      send(worker, { cmd: COMMAND, ask: 0 })
    }
  }

  stop(): void {
    cluster.off('fork', this.#meet)
    cluster.off('exit', this.#part)
  }

  /** The metrics of this process and of all workers, those that have ended included. */
  async addTo({ resource, scopeMetrics }: ResourceMetrics): Promise<ResourceMetrics> {
    if (this.#known.size === 0 && this.#ended.length === 0) return { resource, scopeMetrics }
    await Promise.all(Array.from(this.#known, ([worker, known]) => this.#ask(worker, known)))
    return merge(resource, [
      { process: 'primary', alive: true, scopes: scopeMetrics },
      ...Array.from(this.#known.values(), livingOf),
      { process: 'ended', alive: false, scopes: this.#ended },
    ])
  }

  readonly #meet = (worker: Worker): void => {
    worker.process.on('internalMessage', (message: unknown) => {
      if (isMessage(message) && 'answer' in message) this.#hear(worker, message)
    })
  }

  readonly #part = (worker: Worker): void => {
    const known = this.#known.get(worker)
    if (known === undefined) return
    this.#known.delete(worker)
    for (const done of known.answered.values()) done()
    const ended = [this.#ended, known.last].map((scopes) => ({ process: '', alive: false, scopes }))
    this.#ended = merge(NO_RESOURCE, ended).scopeMetrics
  }

  #hear(worker: Worker, { answer, points }: { answer: number; points: string }): void {
    const known = this.#known.get(worker) ?? { slot: this.#freeSlot(), last: [], answered: new Map() }
    this.#known.set(worker, known)
    known.last = pointsOf(points)
    known.answered.get(answer)?.()
  }

  #ask(worker: Worker, known: Known): Promise<void> {
    const ask = ++this.#asked
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        known.answered.delete(ask)
        resolve()
      }
      const timer = setTimeout(done, ANSWER_MS)
      known.answered.set(ask, done)
      if (!send(worker, { cmd: COMMAND, ask })) done()
    })
  }

  #freeSlot(): number {
    const taken = new Set(Array.from(this.#known.values(), ({ slot }) => slot))
    let slot = 1
    while (taken.has(slot)) slot += 1
    return slot
  }
}

const NO_RESOURCE: ResourceMetrics['resource'] = {
  attributes: {},
  merge: () => NO_RESOURCE,
  getRawAttributes: () => [],
}

function livingOf({ slot, last }: Known): ProcessMetrics {
  return { process: String(slot), alive: true, scopes: last }
}

/** What `/metrics` of this process is to show besides its own, by its place in a cluster. */
export interface ClusterPlace {
  addTo(metrics: ResourceMetrics): Promise<ResourceMetrics>
  stop(): void
}

export function joinCluster(metrics: Pick<Metrics, 'read' | 'readNow'>): ClusterPlace {
  if (!cluster.isWorker) return new Workers()
  const stop = answerPrimary(
    () => metrics.read(),
    () => metrics.readNow(),
  )
  return { addTo: (own) => Promise.resolve(own), stop }
}

/** In a worker: answers the primary, and gives it the last values at the end. Returns what stops that. */
function answerPrimary(read: () => Promise<ResourceMetrics>, readNow: () => ResourceMetrics): () => void {
  const answer = (to: number, { scopeMetrics }: ResourceMetrics): void => {
    const points = serialize(scopeMetrics).toString('base64')
    if (process.connected) process.send?.({ cmd: COMMAND, answer: to, points } satisfies Message)
  }
  const onMessage = (message: unknown): void => {
    if (isMessage(message) && 'ask' in message) void read().then((points) => answer(message.ask, points))
  }
  const onExit = (): void => answer(0, readNow())
  // Whoever runs the worker may list its listeners, but has no event of this name.
  const channel: NodeJS.EventEmitter = process
  channel.on('internalMessage', onMessage)
  process.on('exit', onExit)
  answer(0, readNow())
  return () => {
    channel.off('internalMessage', onMessage)
    process.off('exit', onExit)
  }
}

function send(worker: Worker, message: Message): boolean {
  return worker.isConnected() && worker.process.send(message)
}

function isMessage(message: unknown): message is Message {
  return typeof message === 'object' && message !== null && 'cmd' in message && message.cmd === COMMAND
}

function pointsOf(text: string): readonly ScopeMetrics[] {
  const points: unknown = deserialize(Buffer.from(text, 'base64'))
  return Array.isArray(points) ? points : []
}
