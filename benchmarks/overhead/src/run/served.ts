/** One server process under measurement: an app, observed by a variant, and what of its telemetry has arrived. */
import { setTimeout as sleep } from 'node:timers/promises'
import getPort from 'get-port'
import { type App, appNamed } from '../apps.ts'
import type { Figures } from '../server/figures.ts'
import type { Variant } from '../variants.ts'
import { PEERS, SERVER } from './build.ts'
import { Child } from './child.ts'
import { dependenciesOf } from './dependencies.ts'
import { OTHER_CORE, SERVER_CORE } from './lab.ts'
import type { Receiver } from './receiver.ts'

/** What arrived of each signal, as a share of the requests; `undefined` where the variant does not give the signal. */
export interface Delivered {
  spans: number | undefined
  lines: number | undefined
  metrics: number | undefined
}

export interface ServedOptions {
  framework: string
  variant: Variant
  /** Flags of Node.js. */
  flags?: string[]
  routes?: number
  maxSeries?: number
}

/** How long in milliseconds telemetry may take to arrive once nothing more does. */
const STILL_MS = 3000
const POLL_MS = 250
/** How long in milliseconds a process may take to end when it is asked to. */
const GRACE_MS = 2500

export class Served {
  readonly origin: string
  readonly #receiver: Receiver
  readonly #app: App
  readonly #variant: Variant
  readonly #child: Child
  readonly #metricsPort: number

  private constructor(receiver: Receiver, app: App, variant: Variant, child: Child, origin: string, port: number) {
    this.#receiver = receiver
    this.#app = app
    this.#variant = variant
    this.#child = child
    this.origin = origin
    this.#metricsPort = port
  }

  static async start(
    receiver: Receiver,
    { framework, variant, flags = [], routes = 0, maxSeries }: ServedOptions,
  ): Promise<Served> {
    const app = appNamed(framework)
    await receiver.reset()
    const metricsPort = await getPort()
    const program = [SERVER, framework, variant.name, String(routes)]
    if (maxSeries !== undefined) program.push(String(maxSeries))
    const child = new Child({
      args: [...flags, ...variant.preload(PEERS), ...program],
      env: {
        NODE_ENV: 'production',
        BENCH_PEERS: PEERS,
        ...variant.env({ receiver: receiver.url, metricsPort }),
        ...(await dependenciesOf(app, OTHER_CORE)),
      },
      core: SERVER_CORE,
      output: receiver.output,
    })
    const { port } = await child.request<{ port: number }>()
    return new Served(receiver, app, variant, child, `http://127.0.0.1:${port}`, metricsPort)
  }

  figures(): Promise<Figures> {
    return this.#child.request<Figures>('figures')
  }

  /** Begins to watch the event loop and the garbage collector, which costs a timer every few milliseconds. */
  watch(): void {
    this.#child.send('watch')
  }

  /** Waits until what `requests` gave has arrived, or nothing more does. */
  async drained(requests: number): Promise<void> {
    let before = -1
    let stillMs = 0
    while (stillMs < STILL_MS) {
      const delivered = await this.#delivered(requests)
      const open = [delivered.spans, delivered.lines].filter((share) => share !== undefined)
      if (open.every((share) => share >= 0.99)) return
      const now = open.reduce((sum, share) => sum + share, 0)
      stillMs = now === before ? stillMs + POLL_MS : 0
      before = now
      await sleep(POLL_MS)
    }
  }

  /** Ends the process and tells what arrived of `requests`. */
  async end(requests: number): Promise<{ delivered: Delivered; spansPerRequest: number }> {
    const scraped = this.#variant.gives.metrics === 'scraped' ? await this.#scraped() : 0
    await this.#child.end(GRACE_MS)
    const delivered = await this.#delivered(requests)
    const { measured, spans } = await this.#receiver.counts()
    const { metrics } = this.#variant.gives
    if (metrics !== undefined) delivered.metrics = (metrics === 'scraped' ? scraped : measured) / requests
    return { delivered, spansPerRequest: spans / requests }
  }

  async #delivered(requests: number): Promise<Delivered> {
    const { gives } = this.#variant
    const counts = await this.#receiver.counts()
    const { lines, spans } = this.#app
    return {
      spans: gives.spans ? Math.min(counts.requests, counts.spans / (spans + 1)) / requests : undefined,
      lines: gives.lines ? counts.lines / (lines + 1) / requests : undefined,
      metrics: undefined,
    }
  }

  /** How many requests the histograms count that a scrape gives. */
  async #scraped(): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${this.#metricsPort}/metrics`)
    let sum = 0
    for (const [, count] of (await response.text()).matchAll(REQUESTS)) sum += Number(count)
    return sum
  }
}

/** The count of each series of the request histogram, by the name that either library gives it. */
const REQUESTS = /^http_(?:server_)?request_duration_seconds_count\S* (\d+)$/gm
