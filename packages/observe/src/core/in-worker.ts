/**
 * In a worker of a cluster: tells the primary process what it asks, and by itself what was counted, so that little is lost
 * with a worker that is killed.
 */
import type { Readiness } from './admin.ts'
import { hear, type Message, say, textOfPoints, UNASKED } from './cluster-messages.ts'
import type { ClusterPlace, Member } from './cluster-place.ts'
import type { ResourceMetrics } from './points.ts'

/** Time in milliseconds after which the primary is told what was counted, though it did not ask. The docs name it. */
const REPORT_MS = 5000
/** Encoding reports, which have 3.2 MB with 10,000 histograms, takes at most this part of the time. */
const REPORT_PART = 1 / 500
/** Time in milliseconds that the primary has to say that it observes, until the worker opens a port of its own. */
const WELCOME_MS = 1000

export class InWorker implements ClusterPlace {
  readonly #member: Member
  readonly #stopHearing: () => void
  readonly #alone: NodeJS.Timeout
  #report: NodeJS.Timeout | undefined
  #stopped = false

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

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#alone)
    clearTimeout(this.#report)
    process.off('exit', this.#tellNow)
    this.#stopHearing()
    say(process, { kind: 'farewell', points: this.#pointsNow() })
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
        if (message.what === 'points') void this.#tell(message.id)
        else void ready().then((readiness) => say(process, { kind: 'readiness', readiness, id: message.id }))
    }
  }

  readonly #tellUnasked = (): void => {
    void this.#tell(UNASKED)
  }

  async #tell(id: number): Promise<void> {
    const read = await this.#member.metrics?.read()
    if (this.#stopped) return
    const begin = performance.now()
    const points = textOfPoints(read?.scopeMetrics ?? [])
    const tookMs = performance.now() - begin
    // The next one waits until a primary that is busy has taken this one.
    say(process, { kind: 'points', points, id }, () => this.#tellLater(tookMs))
  }

  #tellLater(tookMs: number): void {
    clearTimeout(this.#report)
    if (this.#stopped || !process.connected) return
    this.#report = setTimeout(this.#tellUnasked, Math.max(REPORT_MS, tookMs / REPORT_PART)).unref()
  }

  /** At the beginning, so that the primary knows of this worker, and at the end. */
  readonly #tellNow = (): void => say(process, { kind: 'points', points: this.#pointsNow(), id: UNASKED })

  #pointsNow(): string {
    return textOfPoints(this.#member.metrics?.readNow().scopeMetrics ?? [])
  }
}
