/**
 * In the primary process of a cluster: what it knows of its workers, and what it asks them to answer for all.
 */
import cluster, { type Worker } from 'node:cluster'
import type { Readiness } from './admin.ts'
import { hear, type Message, pointsOf, type Question, say, UNASKED } from './cluster-messages.ts'
import type { ClusterPlace } from './cluster-place.ts'
import { merge, type ProcessMetrics } from './merge.ts'
import type { ResourceMetrics, ScopeMetrics } from './points.ts'

/** Time in milliseconds that a worker has for its metrics; one that is busy longer is told by its last answer. */
const POINTS_MS = 1000
/** Time in milliseconds that a worker has for its readiness; its checks may take 2 s. */
export const READINESS_MS = 3000

interface Known {
  /** Stays small though workers come and go, so that the values of a label do. */
  slot: number
  last: readonly ScopeMetrics[]
  /** Whether it answers; not any more after its `shutdown()`. */
  answers: boolean
  waiting: Map<number, (answer?: Message) => void>
}

export class Workers implements ClusterPlace {
  readonly #known = new Map<Worker, Known>()
  #ended: readonly ScopeMetrics[] = []
  #asked = UNASKED
  /** What an operator has set; workers have the level of their own options before. */
  #level: string | undefined

  constructor() {
    cluster.on('fork', this.#meet)
    cluster.on('disconnect', this.#part)
    // One that was there before has said its hello to nobody.
    for (const worker of Object.values(cluster.workers ?? {})) {
      if (worker === undefined) continue
      this.#meet(worker)
      say(worker.process, { kind: 'ask', what: 'points', id: UNASKED })
    }
  }

  stop(): void {
    cluster.off('fork', this.#meet)
    cluster.off('disconnect', this.#part)
  }

  /** The metrics of this process and of all workers, those that have ended included. */
  async addTo({ resource, scopeMetrics }: ResourceMetrics): Promise<ResourceMetrics> {
    if (this.#known.size === 0 && this.#ended.length === 0) return { resource, scopeMetrics }
    await this.#askAll('points', POINTS_MS)
    return merge(resource, [
      { process: 'primary', alive: true, scopes: scopeMetrics },
      ...Array.from(this.#known.values(), livingOf),
      { process: 'ended', alive: false, scopes: this.#ended },
    ])
  }

  /** Ready when this process and every worker is; the checks of a worker have its number before their names. */
  async addReadinessTo(own: Promise<Readiness>): Promise<Readiness> {
    const [{ ready, checks }, answers] = await Promise.all([own, this.#askAll('readiness', READINESS_MS)])
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
    for (const done of known.waiting.values()) done()
    const ended = [this.#ended, known.last].map((scopes) => ({ process: '', alive: false, scopes }))
    this.#ended = merge(NO_RESOURCE, ended).scopeMetrics
  }

  #hear(worker: Worker, message: Message): void {
    const known = this.#known.get(worker) ?? this.#welcome(worker)
    if ('points' in message) {
      known.last = pointsOf(message.points)
      known.answers = message.kind !== 'farewell'
    }
    if ('id' in message) known.waiting.get(message.id)?.(message)
  }

  #welcome(worker: Worker): Known {
    const known: Known = { slot: this.#freeSlot(), last: [], answers: true, waiting: new Map() }
    this.#known.set(worker, known)
    say(worker.process, { kind: 'welcome' })
    if (this.#level !== undefined) say(worker.process, { kind: 'level', level: this.#level })
    return known
  }

  /** The answers of those that are still there then. */
  async #askAll(what: Question['what'], limitMs: number): Promise<{ slot: number; answer: Message | undefined }[]> {
    const answers = await Promise.all(
      Array.from(this.#known, async ([worker, known]) => {
        const answer = known.answers ? await this.#ask(worker, known, what, limitMs) : undefined
        return { worker, known, slot: known.slot, answer }
      }),
    )
    return answers.filter(({ worker, known }) => known.answers && this.#known.has(worker))
  }

  #ask(worker: Worker, known: Known, what: Question['what'], limitMs: number): Promise<Message | undefined> {
    const id = ++this.#asked
    return new Promise((resolve) => {
      const done = (answer?: Message): void => {
        clearTimeout(timer)
        known.waiting.delete(id)
        resolve(answer)
      }
      const timer = setTimeout(done, limitMs)
      known.waiting.set(id, done)
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

const NO_RESOURCE: ResourceMetrics['resource'] = {
  attributes: {},
  merge: () => NO_RESOURCE,
  getRawAttributes: () => [],
}

function livingOf({ slot, last }: Known): ProcessMetrics {
  return { process: String(slot), alive: true, scopes: last }
}

function readinessOf(name: string, answer: Message | undefined): Readiness {
  if (answer?.kind !== 'readiness') return { ready: false, checks: { [name]: `no answer within ${READINESS_MS} ms` } }
  const { ready, checks } = answer.readiness
  const named = Object.entries(checks).map(([check, outcome]) => [`${name}: ${check}`, outcome])
  return { ready, checks: Object.fromEntries(named) }
}
