/**
 * In the primary process of a cluster: what it knows of its workers, and what it asks them to answer for all.
 */
import cluster, { type Worker } from 'node:cluster'
import { chunksOf } from '../../metrics/chunks.ts'
import { merge, type ProcessMetrics } from '../../metrics/merge.ts'
import type { ResourceMetrics } from '../../metrics/points.ts'
import type { Readiness } from '../health/health.ts'
import { decoded, EndedWorkers } from './ended-workers.ts'
import { hear, type Message, type Question, type Report, say } from './messages.ts'
import { PendingRequest } from './pending-request.ts'
import type { ClusterRole } from './role.ts'

interface Known {
  /** Stays small though workers come and go, so that the values of a label do. */
  slot: number
  /** The parts of its last whole report, which are decoded only where somebody asks. */
  last: readonly string[]
  /** Those of the report that is coming. */
  coming: string[]
  /** Whether it answers; not any more after its `shutdown()`. */
  answers: boolean
  /** By their numbers. */
  asked: Map<number, PendingRequest>
}

interface Answer {
  slot: number
  message: Message | undefined
  /** The time in milliseconds that it had. */
  limitMs: number
}

export class Primary implements ClusterRole {
  readonly #known = new Map<Worker, Known>()
  readonly #ended = new EndedWorkers()
  /** The number of the last question. */
  #lastId = 0
  /** What an operator has set; workers have the level of their own options before. */
  #level: string | undefined

  constructor() {
    cluster.on('fork', this.#meet)
    cluster.on('disconnect', this.#part)
    // One that was there before has said its hello to nobody.
    for (const worker of Object.values(cluster.workers ?? {})) {
      if (worker === undefined) continue
      this.#meet(worker)
      say(worker.process, { kind: 'ask', what: 'points', id: ++this.#lastId })
    }
  }

  async tell(): Promise<void> {
    // It is the one to be told.
  }

  async stop(): Promise<void> {
    cluster.off('fork', this.#meet)
    cluster.off('disconnect', this.#part)
  }

  /** The metrics of this process and of all workers, those that have ended included. */
  async addTo({ resource, scopeMetrics }: ResourceMetrics): Promise<ResourceMetrics> {
    if (this.#known.size === 0 && this.#ended.processes.length === 0) return { resource, scopeMetrics }
    await this.#askAll('points')
    return merge(resource, [
      { process: 'primary', alive: true, parts: chunksOf(scopeMetrics) },
      ...Array.from(this.#known.values(), livingOf),
      ...this.#ended.processes,
    ])
  }

  /** Ready when this process and every worker is; the checks of a worker have its number before their names. */
  async addReadinessTo(own: Promise<Readiness>): Promise<Readiness> {
    const [{ ready, checks }, answers] = await Promise.all([own, this.#askAll('readiness')])
    const all = answers.map(readinessOf)
    return {
      ready: ready && all.every((one) => one.ready),
      checks: Object.assign({}, checks, ...all.map((one) => one.checks)),
    }
  }

  tellLevel(level: string): void {
    this.#level = level
    for (const worker of this.#known.keys()) say(worker.process, { kind: 'level', level })
  }

  readonly #meet = (worker: Worker): void => {
    hear(worker.process, (message) => this.#hear(worker, message))
  }

  /** Its end comes before the last messages are read, its disconnection after them. */
  readonly #part = (worker: Worker): void => {
    const known = this.#known.get(worker)
    if (known === undefined) return
    this.#known.delete(worker)
    for (const asked of known.asked.values()) asked.settle()
    this.#ended.add(known.last)
  }

  #hear(worker: Worker, message: Message): void {
    const known = this.#known.get(worker) ?? this.#welcome(worker)
    switch (message.kind) {
      case 'points':
        for (const asked of known.asked.values()) if (asked.what === 'points') asked.sign()
        if (!takesWhole(known, message)) break
        for (const id of message.answers) known.asked.get(id)?.settle(message)
        break
      case 'farewell':
        known.answers = false
        break
      case 'checking':
        known.asked.get(message.id)?.sign()
        break
      case 'readiness':
        known.asked.get(message.id)?.settle(message)
    }
  }

  #welcome(worker: Worker): Known {
    const known: Known = { slot: this.#freeSlot(), last: [], coming: [], answers: true, asked: new Map() }
    this.#known.set(worker, known)
    say(worker.process, { kind: 'welcome' })
    if (this.#level !== undefined) say(worker.process, { kind: 'level', level: this.#level })
    return known
  }

  /** The answers of those that are still there then. */
  async #askAll(what: Question['what']): Promise<Answer[]> {
    const answers = await Promise.all(
      Array.from(this.#known, async ([worker, known]) => {
        const answer = known.answers ? [await this.#ask(worker, known, what)] : []
        return known.answers && this.#known.has(worker) ? answer : []
      }),
    )
    return answers.flat()
  }

  async #ask(worker: Worker, { slot, asked }: Known, what: Question['what']): Promise<Answer> {
    const id = ++this.#lastId
    const question = new PendingRequest(what)
    asked.set(id, question)
    say(worker.process, { kind: 'ask', what, id })
    const message = await question.answer
    asked.delete(id)
    return { slot, message, limitMs: question.limitMs }
  }

  #freeSlot(): number {
    const taken = new Set(Array.from(this.#known.values(), ({ slot }) => slot))
    let slot = 1
    while (taken.has(slot)) slot += 1
    return slot
  }
}

/** Whether the report is whole now: it counts as a whole or not at all. */
function takesWhole(known: Known, { points, part, parts }: Report): boolean {
  if (part === 0) known.coming = []
  known.coming.push(points)
  if (known.coming.length < parts) return false
  known.last = known.coming
  return true
}

function livingOf({ slot, last }: Known): ProcessMetrics {
  return { process: String(slot), alive: true, parts: decoded(last) }
}

function readinessOf({ slot, message, limitMs }: Answer): Readiness {
  const name = `worker ${slot}`
  if (message?.kind !== 'readiness') return { ready: false, checks: { [name]: `no answer within ${limitMs} ms` } }
  const { ready, checks } = message.readiness
  const named = Object.entries(checks).map(([check, outcome]) => [`${name}: ${check}`, outcome])
  return { ready, checks: Object.fromEntries(named) }
}
