/**
 * Answers the admin routes, on a port of their own or mounted on the user's server: for the whole cluster in its primary
 * process, else for this process.
 */
import type { Logger } from 'pino'
import type { Log } from '../logs/logs.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { CONTENT_TYPES, exposition, formatFor } from '../metrics/prometheus/exposition.ts'
import { PageWarnings } from '../metrics/prometheus/page-warnings.ts'
import type { Settings } from '../settings/options.ts'
import { yieldToEventLoop } from '../time/yield-to-event-loop.ts'
import { AdminServer, type AdminSources, type Exposed } from './admin.ts'
import { joinCluster } from './cluster/join.ts'
import type { ClusterRole } from './cluster/role.ts'
import { HealthChecks, type Readiness } from './health/health.ts'
import { SharedScrapes } from './shared-scrapes.ts'

export class Operations implements AdminSources {
  readonly log: Logger
  readonly checks = new HealthChecks()
  readonly #metrics: Metrics | undefined
  readonly #settings: Settings
  readonly #pageWarnings: PageWarnings
  readonly #scrapes = new SharedScrapes()
  #admin: AdminServer | undefined
  #cluster: ClusterRole | undefined
  /** The cause of not being ready; `undefined` while the process is to stay. */
  #shutdown: string | undefined

  constructor({ log, metrics }: { log: Log; metrics: Metrics | undefined }, settings: Settings) {
    this.log = log.logger
    this.#metrics = metrics
    this.#settings = settings
    this.#pageWarnings = new PageWarnings(this.log)
  }

  /** Joins the cluster, if there is one, and opens the admin port where this process serves it. */
  start(): void {
    const { admin } = this.#settings
    this.#cluster = joinCluster({
      log: this.log,
      metrics: this.#metrics,
      // A worker that drains is replaced by others: it does not make the whole cluster not ready.
      ready: () => this.checks.run(),
      openAdmin: () => {
        if (admin !== undefined) this.#admin = new AdminServer(this, admin)
      },
      closeAdmin: () => this.#admin?.close(),
    })
  }

  /** One that arrives while another of the same reader is in progress shares it. */
  scrape(accept: string | undefined, reader: string): Promise<Exposed> {
    const format = formatFor(accept)
    return this.#scrapes.join(format, reader, () => this.#expose(format, reader))
  }

  async #expose(format: ReturnType<typeof formatFor>, reader: string): Promise<Exposed> {
    const own = await this.#metrics?.read(reader)
    const metrics = own && (await this.#cluster?.addTo(own, reader))
    const empty = { resource: this.#settings.resource, scopeMetrics: [] }
    const slices = yieldToEventLoop(
      exposition(metrics ?? own ?? empty, format, {
        onConflict: this.#pageWarnings.warnOfConflict,
        onDuplicate: this.#pageWarnings.warnOfDuplicate,
        labels: this.#settings.metrics?.labels ?? {},
      }),
    )
    return { contentType: CONTENT_TYPES[format], slices }
  }

  async ready(): Promise<Readiness> {
    if (this.#shutdown !== undefined) return { ready: false, checks: { shutdown: this.#shutdown } }
    const own = this.checks.run()
    return this.#cluster === undefined ? own : this.#cluster.addReadinessTo(own)
  }

  setLevel(level: string): void {
    this.log.level = level
    this.#cluster?.sendLevel(level)
  }

  /** Reports the metrics to the primary process of a cluster; waits `deadlineMs` milliseconds at most. */
  async report(deadlineMs: number): Promise<void> {
    await this.#cluster?.report(deadlineMs)
  }

  /** Not ready from here on, so that a load balancer sends no further request. The work goes on. */
  drain(signal: NodeJS.Signals): void {
    this.#shutdown ??= `in progress since ${signal}`
  }

  /** Not ready from here on, and no part of the cluster any more. */
  async leave(): Promise<void> {
    this.#shutdown = 'in progress'
    await this.#cluster?.stop()
  }

  close(): void {
    this.#admin?.close()
  }
}
