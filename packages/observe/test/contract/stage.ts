/**
 * One set-up of the contract: the app on its framework, the `Observe` that looks at it, and all that a test needs in hand.
 */
import { createServer, type Server as HttpServer } from 'node:http'
import type { Server } from 'node:net'
import { closeConnections, closed, listening } from '@lab/test-kit/server'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { createTestObserve, type TestObserve } from '../../src/testing.ts'
import type { Observe } from '../../src/types.ts'
import { Reader } from '../observed.ts'
import type { RawRequest, RawResponse } from '../raw-client.ts'
import { type Client, type Conversation, http1, http2 } from './client.ts'
import { contractRoutes, createWorld, type Route, type World } from './routes.ts'
import type { Seen } from './table.ts'

export interface Running {
  /** `http://127.0.0.1:41234` */
  url: string
  server: Server
  close(): Promise<unknown>
}

export interface Driver {
  /** As the table in the README calls it. */
  name: string
  /** Serves the routes; with the adapter where an `Observe` is given. Errors are answered by a handler of the app's own. */
  start(routes: Route[], adapter: Observe | undefined): Promise<Running>
  /** What is known of a request where there is no adapter. */
  withoutAdapter: Knowledge
  /** Whether there is no adapter: the framework's own channel tells as much, or nothing tells it. */
  adapterless?: boolean
  /** Whether handlers see Node's own request, so that they can listen on it. */
  node: boolean
  /** Default: HTTP/1.1. */
  protocol?: 'HTTP/2'
}

interface Knowledge {
  routes: boolean
  errors: boolean
}

export interface Setup {
  setup: string
  listen: boolean
  adapter: boolean
}

/** What is there only while the tests of the set-up run: an `Observe` that listens sees the other set-ups too. */
interface Scene {
  obs: TestObserve
  target: Target
  world: World
  reader: Reader
  running: Running
}

export class Stage {
  readonly driver: Driver
  readonly listen: boolean
  readonly adapter: boolean
  readonly knows: Knowledge
  readonly client: Client
  readonly seen: Seen = {}
  #scene: Scene | undefined

  constructor(driver: Driver, { listen, adapter }: Setup) {
    this.driver = driver
    this.listen = listen
    this.adapter = adapter
    this.knows = adapter ? { routes: true, errors: true } : driver.withoutAdapter
    this.client = driver.protocol === 'HTTP/2' ? http2 : http1
    beforeAll(() => this.#open())
    beforeEach(() => this.#reset())
    afterEach(() => {
      this.world.release()
      for (const stream of this.world.streams) stream.destroy()
    })
    afterAll(() => this.#close())
  }

  get obs(): TestObserve {
    return this.#current.obs
  }

  get target(): Target {
    return this.#current.target
  }

  get world(): World {
    return this.#current.world
  }

  /** Reads what was recorded of one request after another. */
  get reader(): Reader {
    return this.#current.reader
  }

  get server(): Server {
    return this.#current.running.server
  }

  get url(): string {
    return this.#current.running.url
  }

  /** The template, where this set-up can know it. */
  routeIfKnown(template: string): string | undefined {
    return this.knows.routes ? template : undefined
  }

  send(request: RawRequest): Promise<RawResponse> {
    return this.client.send(this.url, request)
  }

  begin(request: RawRequest): Promise<Conversation> {
    return this.client.begin(this.url, request)
  }

  /** Waits until a request has begun to be handled. */
  async underWay(): Promise<void> {
    const scraped = async () => (await this.obs.scrape()).body
    await expect.poll(scraped).toMatch(/^http_server_active_requests\{.*\} 1$/m)
  }

  get #current(): Scene {
    if (this.#scene === undefined) throw new Error('the app of the contract has not been started')
    return this.#scene
  }

  async #open(): Promise<void> {
    const target = new Target()
    await target.open()
    const obs = createTestObserve({ listen: this.listen, ignore: (path) => path === '/healthz' || path === TARGET })
    const world = createWorld(target.url)
    const running = await this.driver.start(contractRoutes(obs, world), this.adapter ? obs : undefined)
    this.#scene = { obs, target, world, running, reader: new Reader(obs) }
  }

  #reset(): void {
    this.obs.reset()
    this.target.headers.length = 0
    Object.assign(this.world, createWorld(this.target.url))
  }

  async #close(): Promise<void> {
    const { obs, running, target } = this.#current
    await obs.shutdown()
    closeConnections(running.server)
    await running.close()
    await target.close()
  }
}

const TARGET = '/target'

/** Another service, which keeps the headers it got. It runs in the same process, so its path is an ignored one. */
class Target {
  url = ''
  readonly headers: Record<string, unknown>[] = []
  readonly #server: HttpServer = createServer((request, response) => {
    this.headers.push(request.headers)
    response.end('{}')
  })

  async open(): Promise<void> {
    this.url = `${await listening(this.#server)}${TARGET}`
  }

  close(): Promise<void> {
    return closed(this.#server)
  }
}
