/**
 * In a worker of a cluster: tells the primary process what it asks, and by itself what was counted, so that little is lost
 * with a worker that is killed.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { chunksOf } from '../../metrics/chunks.ts'
import type { ResourceMetrics } from '../../metrics/points.ts'
import { LEAVING_MS } from '../../otlp/deliveries.ts'
import { block } from '../../time/block.ts'
import { inTurns } from '../../time/yield-to-event-loop.ts'
import type { Readiness } from '../health/health.ts'
import { hear, type Message, say, textOfPoints } from './messages.ts'
import type { ClusterRole, Member } from './role.ts'

/** Time in milliseconds after which the primary is told what was counted, though it did not ask. The docs name it. */
const REPORT_MS = 5000
/** Encoding reports, which have 3.2 MB with 10,000 histograms, takes at most this part of the time. */
const REPORT_PART = 1 / 500
/**
 * Time in milliseconds that the primary has to read each part in the `exit` event, where what the channel does not take at once is
 * lost: some 140 KB on Linux.
 */
const BREATH_MS = 3
/** Time in milliseconds that the primary has to say that it observes, until the worker opens a port of its own. */
const WELCOME_MS = 1000

export class WorkerProcess implements ClusterRole {
  readonly #member: Member
  readonly #stopHearing: () => void
  readonly #alone: NodeJS.Timeout
  #later: NodeJS.Timeout | undefined
  #stopped = false
  /** Settles with the last report there is to be: they go one by one, so that no earlier one comes after a later one. */
  #reports: Promise<void> = Promise.resolve()
  /** Whether the last one has not begun, so that it is for whoever asks now, too. */
  #isDue = false
  /** The questions that the next report answers. */
  #asked: number[] = []

  constructor(member: Member) {
    this.#member = member
    this.#stopHearing = hear(process, this.#onMessage)
    process.on('exit', this.#tellNow)
    this.#alone = setTimeout(member.openAdmin, WELCOME_MS).unref()
    this.#tellNow()
    this.#tellLater(0)
  }

  addTo(own: ResourceMetrics): Promise<ResourceMetrics> {
    return Promise.resolve(own)
  }

  addReadinessTo(own: Promise<Readiness>): Promise<Readiness> {
    return own
  }

  tellLevel(): void {
    // An operator who speaks to a worker means that worker.
  }

  async tell(deadlineMs: number): Promise<void> {
    // A primary that does not read is not waited for.
    await Promise.race([this.#report(), sleep(deadlineMs, undefined, { ref: false })])
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#alone)
    clearTimeout(this.#later)
    this.#stopHearing()
    say(process, { kind: 'farewell' })
    await this.tell(LEAVING_MS)
    process.off('exit', this.#tellNow)
  }

  readonly #onMessage = (message: Message): void => {
    const { log, ready, closeAdmin } = this.#member
    switch (message.kind) {
      case 'welcome':
        clearTimeout(this.#alone)
        closeAdmin()
        log.debug('the primary process answers /metrics, /readyz and /loglevel for this worker')
        break
      case 'level':
        log.level = message.level
        break
      case 'ask':
        if (message.what === 'points') {
          this.#asked.push(message.id)
          void this.#report()
        } else {
          say(process, { kind: 'checking', id: message.id })
          void ready().then((readiness) => say(process, { kind: 'readiness', readiness, id: message.id }))
        }
    }
  }

  readonly #tellUnasked = (): void => {
    void this.#report()
  }

  #report(): Promise<void> {
    if (!this.#isDue) {
      this.#isDue = true
      this.#reports = this.#reports.then(() => this.#tell())
    }
    return this.#reports
  }

  /** What was counted until now, in parts. */
  async #tell(): Promise<void> {
    this.#isDue = false
    const answers = this.#asked.splice(0)
    const read = await this.#member.metrics?.read()
    const all = Array.from(chunksOf(read?.scopeMetrics ?? []))
    let part = 0
    let tookMs = 0
    for await (const scopes of inTurns(all)) {
      const begin = performance.now()
      const points = textOfPoints(scopes)
      tookMs += performance.now() - begin
      // The next one waits until a primary that is busy has taken this one.
      await new Promise<void>((written) =>
        say(process, { kind: 'points', points, part, parts: all.length, answers }, written),
      )
      part += 1
    }
    this.#tellLater(tookMs)
  }

  #tellLater(tookMs: number): void {
    clearTimeout(this.#later)
    if (this.#stopped || !process.connected) return
    this.#later = setTimeout(this.#tellUnasked, Math.max(REPORT_MS, tookMs / REPORT_PART)).unref()
  }

  /** At the beginning, so that the primary knows of this worker, and at the end, when there are no turns any more. */
  readonly #tellNow = (): void => {
    const all = Array.from(chunksOf(this.#member.metrics?.readNow().scopeMetrics ?? []))
    for (const [part, scopes] of all.entries()) {
      say(process, { kind: 'points', points: textOfPoints(scopes), part, parts: all.length, answers: [] })
      if (part + 1 < all.length) block(BREATH_MS)
    }
  }
}
