/**
 * The role of the primary process in a cluster: it keeps the last report of each worker and requests new ones, so that one
 * scrape or probe covers all processes.
 */
import cluster, { type Worker } from 'node:cluster'
import { chunksOf } from '../../metrics/chunks.ts'
import { merge, type ProcessMetrics } from '../../metrics/merge.ts'
import type { ResourceMetrics } from '../../metrics/points.ts'
import type { Readiness } from '../health/health.ts'
import { decoded, EndedWorkers } from './ended-workers.ts'
import { type Message, type Report, type Request, send, subscribe } from './messages.ts'
import { PendingRequest } from './pending-request.ts'
import type { ClusterRole } from './role.ts'

interface AttachedWorker {
  /** The lowest free number, so that the values of the label `worker` stay few although workers come and go. */
  slot: number
  /** The parts of its last complete report, decoded only when they are read. */
  last: readonly string[]
  /** The parts of the report that is arriving. */
  incoming: string[]
  /** False after its `shutdown()`: it answers no further request. */
  answers: boolean
  /** By id. */
  pending: Map<number, PendingRequest>
}

interface Answer {
  slot: number
  message: Message | undefined
  /** The time-out that applied, in milliseconds. */
  limitMs: number
}

export class Primary implements ClusterRole {
  readonly #workers = new Map<Worker, AttachedWorker>()
  readonly #ended = new EndedWorkers()
  #lastId = 0
  /** The level that an operator has set; until then workers have the level of their own options. */
  #level: string | undefined

  constructor() {
    cluster.on('fork', this.#onFork)
    cluster.on('disconnect', this.#onDisconnect)
    // A worker that was forked before reported its first metrics while no primary was subscribed.
    for (const worker of Object.values(cluster.workers ?? {})) {
      if (worker === undefined) continue
      this.#onFork(worker)
      send(worker.process, { kind: 'request', what: 'points', id: ++this.#lastId })
    }
  }

  async report(): Promise<void> {
    // Reports go to the primary.
  }

  async stop(): Promise<void> {
    cluster.off('fork', this.#onFork)
    cluster.off('disconnect', this.#onDisconnect)
  }

  /** The metrics of this process and of all workers, including those that have ended. */
  async addTo({ resource, scopeMetrics }: ResourceMetrics, reader: string): Promise<ResourceMetrics> {
    if (this.#workers.size === 0 && this.#ended.processes.length === 0) return { resource, scopeMetrics }
    await this.#requestAll('points', reader)
    return merge(resource, [
      { process: 'primary', alive: true, parts: chunksOf(scopeMetrics) },
      ...Array.from(this.#workers.values(), metricsOf),
      ...this.#ended.processes,
    ])
  }

  /** Ready when this process and every worker is. The checks of a worker are prefixed with its number. */
  async addReadinessTo(own: Promise<Readiness>): Promise<Readiness> {
    const [{ ready, checks }, answers] = await Promise.all([own, this.#requestAll('readiness')])
    const all = answers.map(readinessOf)
    return {
      ready: ready && all.every((one) => one.ready),
      checks: Object.assign({}, checks, ...all.map((one) => one.checks)),
    }
  }

  sendLevel(level: string): void {
    this.#level = level
    for (const worker of this.#workers.keys()) send(worker.process, { kind: 'level', level })
  }

  readonly #onFork = (worker: Worker): void => {
    subscribe(worker.process, (message) => this.#receive(worker, message))
  }

  /** 'exit' may fire before the last messages are read; 'disconnect' fires after them. */
  readonly #onDisconnect = (worker: Worker): void => {
    const attached = this.#workers.get(worker)
    if (attached === undefined) return
    this.#workers.delete(worker)
    for (const request of attached.pending.values()) request.settle()
    this.#ended.add(attached.last)
  }

  #receive(worker: Worker, message: Message): void {
    const attached = this.#workers.get(worker) ?? this.#attach(worker)
    switch (message.kind) {
      case 'points':
        for (const request of attached.pending.values()) if (request.what === 'points') request.acknowledge()
        if (!completesReport(attached, message)) break
        for (const id of message.answers) attached.pending.get(id)?.settle(message)
        break
      case 'leaving':
        attached.answers = false
        break
      case 'ack':
        attached.pending.get(message.id)?.acknowledge()
        break
      case 'readiness':
        attached.pending.get(message.id)?.settle(message)
    }
  }

  #attach(worker: Worker): AttachedWorker {
    const attached: AttachedWorker = {
      slot: this.#freeSlot(),
      last: [],
      incoming: [],
      answers: true,
      pending: new Map(),
    }
    this.#workers.set(worker, attached)
    send(worker.process, { kind: 'attached' })
    if (this.#level !== undefined) send(worker.process, { kind: 'level', level: this.#level })
    return attached
  }

  /** The answers of those workers that are still attached when all have answered. */
  async #requestAll(what: Request['what'], reader?: string): Promise<Answer[]> {
    const answers = await Promise.all(
      Array.from(this.#workers, async ([worker, attached]) => {
        const answer = attached.answers ? [await this.#request(worker, attached, what, reader)] : []
        return attached.answers && this.#workers.has(worker) ? answer : []
      }),
    )
    return answers.flat()
  }

  async #request(
    worker: Worker,
    { slot, pending }: AttachedWorker,
    what: Request['what'],
    reader: string | undefined,
  ): Promise<Answer> {
    const id = ++this.#lastId
    const request = new PendingRequest(what)
    pending.set(id, request)
    send(worker.process, { kind: 'request', what, id, ...(reader === undefined ? {} : { reader }) })
    const message = await request.answer
    pending.delete(id)
    return { slot, message, limitMs: request.limitMs }
  }

  #freeSlot(): number {
    const taken = new Set(Array.from(this.#workers.values(), ({ slot }) => slot))
    let slot = 1
    while (taken.has(slot)) slot += 1
    return slot
  }
}

/** Adds a part and says whether the report is complete: an incomplete report never counts. */
function completesReport(attached: AttachedWorker, { points, part, parts }: Report): boolean {
  if (part === 0) attached.incoming = []
  attached.incoming.push(points)
  if (attached.incoming.length < parts) return false
  attached.last = attached.incoming
  return true
}

function metricsOf({ slot, last }: AttachedWorker): ProcessMetrics {
  return { process: String(slot), alive: true, parts: decoded(last) }
}

function readinessOf({ slot, message, limitMs }: Answer): Readiness {
  const name = `worker ${slot}`
  if (message?.kind !== 'readiness') return { ready: false, checks: { [name]: `no answer within ${limitMs} ms` } }
  const { ready, checks } = message.readiness
  const named = Object.entries(checks).map(([check, outcome]) => [`${name}: ${check}`, outcome])
  return { ready, checks: Object.fromEntries(named) }
}
