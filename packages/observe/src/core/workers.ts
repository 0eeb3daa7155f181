/**
 * In the primary process of a cluster: what it knows of its workers, and what it asks them to answer for all.
 */
import cluster, { type Worker } from 'node:cluster'
import type { Readiness } from './admin.ts'
import { hear, type Message, type Question, type Report, say } from './cluster-messages.ts'
import type { ClusterPlace } from './cluster-place.ts'
import { decoded, EndedWorkers } from './ended-workers.ts'
import { merge, type ProcessMetrics } from './merge.ts'
import { partsOf } from './parts.ts'
import type { ResourceMetrics } from './points.ts'

/** Time in milliseconds that a worker has for its metrics; one that is busy longer is told by its last report. */
export const POINTS_MS = 1000
/** Time in milliseconds that a worker has to say that it checks its readiness: a probe of Kubernetes waits 1 s. */
export const SILENCE_MS = 800
/** Time in milliseconds that its checks have from then on; they take 2 s at most. */
const CHECKS_MS = 3000

interface Known {
  /** Stays small though workers come and go, so that the values of a label do. */
  slot: number
  /** The parts of its last whole report, which are decoded only where somebody asks. */
  last: readonly string[]
  /** Those of the report that is coming. */
  coming: string[]
  /** Whether it answers; not any more after its `shutdown()`. */
  answers: boolean
  waiting: Map<number, (answer: Message) => void>
}

export class Workers implements ClusterPlace {
  readonly #known = new Map<Worker, Known>()
  readonly #ended = new EndedWorkers()
  /** The number of the last question. */
  #asked = 0
  /** What an operator has set; workers have the level of their own options before. */
  #level: string | undefined

  constructor() {
    cluster.on('fork', this.#meet)
    cluster.on('disconnect', this.#part)
    // One that was there before has said its hello to nobody.
    for (const worker of Object.values(cluster.workers ?? {})) {
      if (worker === undefined) continue
      this.#meet(worker)
      say(worker.process, { kind: 'ask', what: 'points', id: ++this.#asked })
    }
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
      { process: 'primary', alive: true, parts: partsOf(scopeMetrics) },
      ...Array.from(this.#known.values(), livingOf),
      ...this.#ended.processes,
    ])
  }

  /** Ready when this process and every worker is; the checks of a worker have its number before their names. */
  async addReadinessTo(own: Promise<Readiness>): Promise<Readiness> {
    const [{ ready, checks }, answers] = await Promise.all([own, this.#askAll('readiness')])
    const all = answers.map(({ slot, answer }) => readinessOf(`worker ${slot}`, answer))
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
    for (const answer of known.waiting.values()) answer(GONE)
    this.#ended.add(known.last)
  }

  #hear(worker: Worker, message: Message): void {
    const known = this.#known.get(worker) ?? this.#welcome(worker)
    switch (message.kind) {
      case 'points':
        if (!takesWhole(known, message)) break
        for (const id of message.answers) known.waiting.get(id)?.(message)
        break
      case 'farewell':
        known.answers = false
        break
      case 'checking':
      case 'readiness':
        known.waiting.get(message.id)?.(message)
    }
  }

  #welcome(worker: Worker): Known {
    const known: Known = { slot: this.#freeSlot(), last: [], coming: [], answers: true, waiting: new Map() }
    this.#known.set(worker, known)
    say(worker.process, { kind: 'welcome' })
    if (this.#level !== undefined) say(worker.process, { kind: 'level', level: this.#level })
    return known
  }

  /** The answers of those that are still there then. */
  async #askAll(what: Question['what']): Promise<{ slot: number; answer: Message | undefined }[]> {
    const answers = await Promise.all(
      Array.from(this.#known, async ([worker, known]) => {
        const answer = known.answers ? await this.#ask(worker, known, what) : undefined
        return { worker, known, slot: known.slot, answer }
      }),
    )
    return answers.filter(({ worker, known }) => known.answers && this.#known.has(worker))
  }

  /** Settles with the last that the worker said to it, within the time that it has. */
  #ask(worker: Worker, known: Known, what: Question['what']): Promise<Message | undefined> {
    const id = ++this.#asked
    return new Promise((resolve) => {
      let heard: Message | undefined
      const done = (): void => {
        clearTimeout(timer)
        known.waiting.delete(id)
        resolve(heard)
      }
      let timer = setTimeout(done, what === 'points' ? POINTS_MS : SILENCE_MS)
      known.waiting.set(id, (message) => {
        heard = message
        if (message.kind !== 'checking') return done()
        clearTimeout(timer)
        timer = setTimeout(done, CHECKS_MS)
      })
      say(worker.process, { kind: 'ask', what, id })
    })
  }

  #freeSlot(): number {
    const taken = new Set(Array.from(this.#known.values(), ({ slot }) => slot))
    let slot = 1
    while (taken.has(slot)) slot += 1
    return slot
  }
}

/** What a worker that has ended answers to all that it was asked. */
const GONE: Message = { kind: 'farewell' }

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

function readinessOf(name: string, answer: Message | undefined): Readiness {
  if (answer?.kind !== 'readiness') {
    const limitMs = answer === undefined ? SILENCE_MS : CHECKS_MS
    return { ready: false, checks: { [name]: `no answer within ${limitMs} ms` } }
  }
  const { ready, checks } = answer.readiness
  const named = Object.entries(checks).map(([check, outcome]) => [`${name}: ${check}`, outcome])
  return { ready, checks: Object.fromEntries(named) }
}
