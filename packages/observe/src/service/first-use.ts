/**
 * When a process that was started with `--import @lab/observe/auto` is worth observing: it listens on a TCP port, opens a connection, or
 * has a span or a line to deliver. Build tools, package managers and scripts that only compute do none of it: there no port is
 * opened, no signal handler set and no line written.
 */
import cluster from 'node:cluster'
import type { Logger } from 'pino'
import { type ChannelSubscription, subscribeToChannels } from '../context/channels.ts'

interface Message {
  options?: { path?: unknown }
}

/** Calls `begin` once, at the first of these events; `use` is for the events that are no channel's. */
export class FirstUse {
  readonly #begin: () => unknown
  readonly #subscription: ChannelSubscription
  readonly #onFork = () => this.use()
  #isUsed = false

  constructor(log: Logger, begin: () => unknown) {
    this.#begin = begin
    // The workers report to this process.
    cluster.once('fork', this.#onFork)
    this.#subscription = subscribeToChannels<Message>(
      {
        // A pipe or a Unix socket is how tools talk to their own children.
        'tracing:net.server.listen:asyncStart': ({ options }) => {
          if (typeof options?.path !== 'string') this.use()
        },
        'http.server.request.start': () => this.use(),
        'http.client.request.created': () => this.use(),
        'undici:request:create': () => this.use(),
        'net.client.socket': () => this.use(),
      },
      log,
    )
  }

  /** Whether the process has been used. */
  get isUsed(): boolean {
    return this.#isUsed
  }

  use(): void {
    if (this.#isUsed) return
    this.stop()
    this.#begin()
  }

  stop(): void {
    this.#isUsed = true
    this.#subscription.stop()
    cluster.off('fork', this.#onFork)
  }
}
