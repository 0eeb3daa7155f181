/**
 * The role of a worker in a cluster: it answers the primary's requests and reports its metrics every few seconds, so that
 * little is lost when the worker is killed.
 */
import { chunksOf } from '../../metrics/chunks.ts'
import type { ResourceMetrics } from '../../metrics/points.ts'
import { EXIT_TIMEOUT_MS } from '../../otlp/deliveries.ts'
import { block } from '../../time/block.ts'
import { within } from '../../time/within.ts'
import { yieldToEventLoop } from '../../time/yield-to-event-loop.ts'
import type { Readiness } from '../health/health.ts'
import { encodedPoints, type Message, type Request, send, subscribe } from './messages.ts'
import { requestsOfOneReader } from './report-requests.ts'
import type { ClusterRole, Member } from './role.ts'

/** Time in milliseconds between two reports that the primary did not request. The docs name it. */
const REPORT_INTERVAL_MS = 5000
/** Largest share of the time that encoding reports may take. A report of 10,000 histograms has 3.2 MB. */
const MAX_ENCODING_SHARE = 1 / 500
/**
 * Pause in milliseconds after each part that is sent in the `exit` event, for the primary to read it: what the channel
 * cannot take at once is lost. Its buffer holds some 140 KB on Linux.
 */
const PART_PAUSE_MS = 3
/** Time in milliseconds that the primary has to attach this worker, before the worker opens a port of its own. */
const ATTACH_TIMEOUT_MS = 1000

/** The reader of reports that the primary did not request. */
const READER = 'report'

export class WorkerProcess implements ClusterRole {
  readonly #member: Member
  readonly #unsubscribe: () => void
  readonly #notAttached: NodeJS.Timeout
  #nextReport: NodeJS.Timeout | undefined
  #stopped = false
  /** Settles with the last report that is due. Reports are sent one by one, so that an earlier one never arrives later. */
  #reports: Promise<void> = Promise.resolve()
  /** Whether the last report has not begun, so that it also answers requests that arrive now. */
  #isDue = false
  /** The requests that the next report answers. */
  #requests: Request[] = []

  constructor(member: Member) {
    this.#member = member
    this.#unsubscribe = subscribe(process, this.#onMessage)
    process.on('exit', this.#reportNow)
    this.#notAttached = setTimeout(member.openAdmin, ATTACH_TIMEOUT_MS).unref()
    this.#reportNow()
    this.#scheduleReport(0)
  }

  addTo(own: ResourceMetrics): Promise<ResourceMetrics> {
    return Promise.resolve(own)
  }

  addReadinessTo(own: Promise<Readiness>): Promise<Readiness> {
    return own
  }

  sendLevel(): void {
    // A level that is set on a worker's own port applies to that worker only.
  }

  async report(deadlineMs: number): Promise<void> {
    // A primary that does not read must not hold this process.
    await within(deadlineMs, this.#report(), undefined, { ref: false })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#notAttached)
    clearTimeout(this.#nextReport)
    this.#unsubscribe()
    send(process, { kind: 'leaving' })
    await this.report(EXIT_TIMEOUT_MS)
    process.off('exit', this.#reportNow)
  }

  readonly #onMessage = (message: Message): void => {
    const { log, ready, closeAdmin } = this.#member
    switch (message.kind) {
      case 'attached':
        clearTimeout(this.#notAttached)
        closeAdmin()
        log.debug('the primary process answers /metrics, /readyz and /loglevel for this worker')
        break
      case 'level':
        log.level = message.level
        break
      case 'request':
        if (message.what === 'points') {
          this.#requests.push(message)
          void this.#report()
        } else {
          send(process, { kind: 'ack', id: message.id })
          void ready().then((readiness) => send(process, { kind: 'readiness', readiness, id: message.id }))
        }
    }
  }

  readonly #reportPeriodically = (): void => {
    void this.#report()
  }

  #report(): Promise<void> {
    if (!this.#isDue) {
      this.#isDue = true
      this.#reports = this.#reports.then(() => this.#sendReport())
    }
    return this.#reports
  }

  /** Sends the current metrics in parts. */
  async #sendReport(): Promise<void> {
    this.#isDue = false
    const { reader, answers, rest } = requestsOfOneReader(this.#requests)
    this.#requests = rest
    if (rest.length > 0) void this.#report()
    const read = await this.#member.metrics?.read(reader ?? READER)
    const all = Array.from(chunksOf(read?.scopeMetrics ?? []))
    let part = 0
    let tookMs = 0
    for await (const scopes of yieldToEventLoop(all)) {
      const startedMs = performance.now()
      const points = encodedPoints(scopes)
      tookMs += performance.now() - startedMs
      // The next part waits until a busy primary has taken this one.
      await new Promise<void>((written) =>
        send(process, { kind: 'points', points, part, parts: all.length, answers }, written),
      )
      part += 1
    }
    this.#scheduleReport(tookMs)
  }

  #scheduleReport(tookMs: number): void {
    clearTimeout(this.#nextReport)
    if (this.#stopped || !process.connected) return
    const delayMs = Math.max(REPORT_INTERVAL_MS, tookMs / MAX_ENCODING_SHARE)
    this.#nextReport = setTimeout(this.#reportPeriodically, delayMs).unref()
  }

  /** At the start, so that the primary knows this worker, and in the `exit` event, when the event loop has stopped. */
  readonly #reportNow = (): void => {
    const all = Array.from(chunksOf(this.#member.metrics?.readNow(READER).scopeMetrics ?? []))
    for (const [part, scopes] of all.entries()) {
      send(process, { kind: 'points', points: encodedPoints(scopes), part, parts: all.length, answers: [] })
      if (part + 1 < all.length) block(PART_PAUSE_MS)
    }
  }
}
