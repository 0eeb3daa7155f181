/**
 * A shop of its own, as processes on free ports with a home of its own, so that no data of another shop is harmed: which process is behind which name,
 * where it answers, and whether it is well.
 */

import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { findPostmaster } from '@demo/postgres'
import { ownShop } from '@lab/test-kit/own-shop'
import { execa } from 'execa'
import pg from 'pg'
import { z } from 'zod'

const program = join(import.meta.dirname, '../../../demo/cli/src/main.ts')
const HEALTH_TIMEOUT_MS = 2000

const statusSchema = z.object({
  services: z.array(z.object({ name: z.string(), url: z.string().nullable(), metrics: z.string().nullable() })),
})
const processSchema = z.object({ name: z.string(), pid: z.number() })
const stateSchema = z.object({ processes: z.array(processSchema), keeper: z.object({ pid: z.number() }).optional() })

type Part = z.output<typeof statusSchema>['services'][number]

/** Without these there is nothing to lose a trace or a line in. */
const backends = ['console', 'jaeger', 'loki', 'prometheus', 'alertmanager']

export class Shop {
  readonly #home: string
  readonly #env: Readonly<Record<string, string>>
  #parts: readonly Part[] = []

  private constructor(home: string, env: Readonly<Record<string, string>>) {
    this.#home = home
    this.#env = env
  }

  /** Throws where it does not start, or a backend is missing. */
  static async start(): Promise<Shop> {
    const { home, env } = await ownShop()
    const shop = new Shop(home, env)
    const { exitCode } = await shop.#demo(['up', '--mode', 'host'], ['ignore', 2, 2])
    if (exitCode !== 0) throw new Error('The shop could not be started, see above.')
    const { stdout } = await shop.#demo(['status', '--json'], 'pipe')
    shop.#parts = statusSchema.parse(JSON.parse(String(stdout))).services
    const missing = backends.filter((name) => !shop.#parts.some((part) => part.name === name))
    if (missing.length > 0) {
      await shop.end()
      throw new Error(`The shop runs without ${missing.join(', ')}. \`pnpm tools\` builds what is missing.`)
    }
    return shop
  }

  urlOf(name: string): string {
    const url = this.#parts.find((part) => part.name === name)?.url
    if (!url) throw new Error(`${name} has no address.`)
    return url
  }

  async databaseUrl(): Promise<string> {
    const password = await readFile(join(this.#home, 'postgres', 'password'), 'utf8')
    return `postgres://shop:${password}@127.0.0.1:${this.#env.DEMO_POSTGRES_PORT}/shop`
  }

  /** The main process of each part by its name, the keeper's included; a part that is just being restarted may be absent. */
  async pids(): Promise<Map<string, number>> {
    const { processes, keeper } = stateSchema.parse(JSON.parse(await readFile(join(this.#home, 'state.json'), 'utf8')))
    const pids = new Map(processes.map(({ name, pid }) => [name, pid]))
    const postmaster = await findPostmaster(join(this.#home, 'postgres', 'data'))
    if (postmaster) pids.set('postgres', postmaster.pid)
    if (keeper) pids.set('keeper', keeper.pid)
    return pids
  }

  /** Whether a service is ready, or PostgreSQL answers. */
  async isWell(name: string): Promise<boolean> {
    if (name === 'postgres') return this.#answersQueries()
    const admin = this.#parts.find((part) => part.name === name)?.metrics?.replace(/\/metrics$/, '/readyz')
    if (!admin) throw new Error(`${name} has no address of its health.`)
    const signal = AbortSignal.timeout(HEALTH_TIMEOUT_MS)
    return fetch(admin, { signal }).then(
      ({ ok }) => ok,
      () => false,
    )
  }

  /** What `pnpm demo status` prints. */
  async status(): Promise<string> {
    return String((await this.#demo(['status'], 'pipe')).stdout)
  }

  /** Stops it and removes its home. */
  async end(): Promise<void> {
    await this.#demo(['down'], ['ignore', 2, 2])
    await rm(this.#home, { recursive: true, force: true })
  }

  async #answersQueries(): Promise<boolean> {
    const client = new pg.Client({
      connectionString: await this.databaseUrl(),
      connectionTimeoutMillis: HEALTH_TIMEOUT_MS,
      query_timeout: HEALTH_TIMEOUT_MS,
    })
    client.on('error', () => undefined) // It went away; the query below says so.
    try {
      await client.connect()
      await client.query('select 1')
      return true
    } catch {
      return false
    } finally {
      await client.end().catch(() => undefined)
    }
  }

  #demo(argv: readonly string[], stdio: 'pipe' | ['ignore', 2, 2]) {
    return execa(process.execPath, [program, ...argv], { env: { ...this.#env, NO_COLOR: '1' }, stdio, reject: false })
  }
}
