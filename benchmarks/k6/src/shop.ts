/**
 * The demo as a load test sees it: what runs and where, what is switched on in it, and whether its books balance.
 */
import { join } from 'node:path'
import { execa } from 'execa'
import { z } from 'zod'
import type { Run } from './record/record.ts'

const CLI = join(import.meta.dirname, '../../../demo/cli/src/main.ts')

const statusShape = z.object({
  mode: z.string(),
  services: z.array(
    z.object({
      name: z.string(),
      kind: z.string(),
      url: z.string().nullable(),
      metrics: z.string().nullable(),
      healthy: z.boolean(),
    }),
  ),
})
type Status = z.output<typeof statusShape>

type Books = NonNullable<Run['books']>

/** How long the queue may take to drain, in milliseconds. */
const DRAIN_MS = 30_000

export class Shop {
  readonly #status: Status

  private constructor(status: Status) {
    this.#status = status
  }

  /** The demo that runs on this machine; it is started where it does not. Throws where it cannot be started. */
  static async running(): Promise<Shop> {
    const found = await readStatus()
    // A backend that does not run is no reason to restart anything: what it would have measured is missing, and named.
    const services = found?.services.filter(({ kind }) => kind === 'service') ?? []
    if (found && services.length > 0 && services.every(({ healthy }) => healthy)) return new Shop(found)
    process.stderr.write('The services of the demo are not up, or not healthy: starting them.\n')
    const { exitCode } = await execa(process.execPath, [CLI, 'up'], { stdio: ['ignore', 2, 2], reject: false })
    const status = exitCode === 0 ? await readStatus() : undefined
    if (status) return new Shop(status)
    throw new Error('The demo could not be started, see above. `pnpm demo status` shows what is wrong.')
  }

  get mode(): string {
    return this.#status.mode
  }

  /** Where requests go. */
  get url(): string {
    return this.urlOf('gateway') ?? ''
  }

  /** Address of a service or backend; undefined where it does not run. */
  urlOf(name: string): string | undefined {
    return this.#service(name)?.url ?? undefined
  }

  /** What is watched during a run: the services of the shop. */
  get watched(): { name: string; health: string }[] {
    return this.#status.services.flatMap(({ name, kind, metrics }) =>
      kind === 'service' && metrics ? [{ name, health: metrics.replace(/\/metrics$/, '/healthz') }] : [],
    )
  }

  /** State of each switch of `pnpm demo tune`. */
  async tunings(): Promise<Run['tunings']> {
    const { stdout } = await execa(process.execPath, [CLI, 'tune', '--json'], { reject: false })
    const states = z.record(z.string(), z.enum(['weak', 'adjusted']).nullable()).safeParse(parse(stdout)).data ?? {}
    return Object.fromEntries(Object.entries(states).flatMap(([name, state]) => (state ? [[name, state]] : [])))
  }

  /** Names of the faults that are on. */
  async faults(): Promise<string[]> {
    const urls = this.#status.services.flatMap(({ kind, url }) => (kind === 'service' && url ? [url] : []))
    const lists = await Promise.all(
      urls.map(async (url) => {
        const response = await fetch(`${url}/faults`).catch(() => undefined)
        return response?.ok
          ? z
              .record(z.string(), z.boolean())
              .catch({})
              .parse(await response.json())
          : {}
      }),
    )
    const tunings = await this.tunings()
    return lists.flatMap((list) => Object.keys(list).filter((name) => list[name] && !(name in tunings)))
  }

  async books(): Promise<Books> {
    const [orders, notifier, inventory] = await Promise.all(
      ['orders', 'notifier', 'inventory'].map((name) => this.#metricsOf(name)),
    )
    return {
      confirmed: sum(orders, /^shop_orders_total\{.*outcome="confirmed".*\} (\S+)$/gm),
      receipts: sum(notifier, /^shop_receipts_sent_total(?:\{.*\})? (\S+)$/gm),
      leastStock: Math.min(...values(inventory, /^shop_inventory_stock\{.*\} (\S+)$/gm)),
    }
  }

  /** Orders and receipts since `before`, once the queue has drained. They differ where an order has no receipt, or two. */
  async booksSince(before: Books): Promise<Books> {
    const deadline = Date.now() + DRAIN_MS
    for (;;) {
      const after = await this.books()
      const since = { confirmed: after.confirmed - before.confirmed, receipts: after.receipts - before.receipts }
      // The traffic of the demo goes on meanwhile, so the two are equal only at moments.
      if (since.confirmed === since.receipts || Date.now() > deadline) return { ...since, leastStock: after.leastStock }
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  async #metricsOf(name: string): Promise<string> {
    const response = await fetch(this.#service(name)?.metrics ?? '').catch(() => undefined)
    return response?.ok ? response.text() : ''
  }

  #service(name: string): Status['services'][number] | undefined {
    return this.#status.services.find((service) => service.name === name)
  }
}

export function isBalanced({ confirmed, receipts, leastStock }: Books): boolean {
  return confirmed === receipts && leastStock >= 0
}

async function readStatus(): Promise<Status | undefined> {
  const { stdout } = await execa(process.execPath, [CLI, 'status', '--json'], { reject: false })
  const status = statusShape.safeParse(parse(stdout))
  return status.data
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function values(text: string | undefined, pattern: RegExp): number[] {
  return Array.from((text ?? '').matchAll(pattern), ([, value]) => Number(value))
}

function sum(text: string | undefined, pattern: RegExp): number {
  return values(text, pattern).reduce((total, value) => total + value, 0)
}
