/**
 * Live updates: tells every open page when something was stored, at most twice a second, and sends new log lines to those
 * that tail them. A stream that breaks is taken up by the browser where it was, by the id of the last event.
 */

import type { Context } from 'hono'
import { type SSEStreamingApi, streamSSE } from 'hono/streaming'
import type { LiveEvents } from '../contract/contract.ts'
import { parse as parseSearch } from '../query/grammar.ts'
import type { Search } from '../query/search.ts'
import { newestLine, tail } from '../store/queries/tail.ts'
import { type Cursor, cursorOf, cursorText } from '../store/search/scan.ts'
import type { Segments } from '../store/segments/segments.ts'
import type { Ingest } from '../store/writer/ingest.ts'
import type { Stored } from '../store/writer/writer.ts'
import { parse, queries } from './parameters.ts'

const EVERY = 500
const HEARTBEAT = 15_000
const MOST_LINES = 500

export class Live {
  readonly #segments: Segments
  readonly #followers = new Set<(changed: LiveEvents['changed'] | null) => void>()
  readonly #timers: NodeJS.Timeout[]
  #pending: (Stored & { names: Set<string> }) | null = null

  constructor(segments: Segments, ingest: Ingest) {
    this.#segments = segments
    ingest.on('stored', (stored) => this.#collect(stored))
    this.#timers = [
      setInterval(() => this.#publish(), EVERY).unref(),
      setInterval(() => this.#beat(), HEARTBEAT).unref(),
    ]
  }

  /** Answers `GET /api/live`. */
  open(context: Context): Response {
    const { q, logs } = parse(queries.live, context.req.query())
    const search = parseSearch(q)
    const resumed = cursorOf(context.req.header('last-event-id'))
    return streamSSE(context, async (stream) => {
      const follower = new Follower(this.#segments, stream, logs ? search : null, resumed)
      await follower.follow(this.#followers)
    })
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer)
    for (const follower of this.#followers) follower(null)
    this.#followers.clear()
  }

  #collect({ spans, logs, points, services }: Stored): void {
    this.#pending ??= { spans: 0, logs: 0, points: 0, services: [], names: new Set() }
    this.#pending.spans += spans
    this.#pending.logs += logs
    this.#pending.points += points
    for (const service of services) this.#pending.names.add(service)
  }

  #publish(): void {
    if (!this.#pending) return
    const { spans, logs, points, names } = this.#pending
    this.#pending = null
    for (const follower of this.#followers) follower({ spans, logs, points, services: [...names], now: Date.now() })
  }

  #beat(): void {
    const nothing = { spans: 0, logs: 0, points: 0, services: [], now: Date.now() }
    for (const follower of this.#followers) follower(nothing)
  }
}

/** One open page. */
class Follower {
  readonly #segments: Segments
  readonly #stream: SSEStreamingApi
  /** The search of a log tail, or null where only changes are followed. */
  readonly #search: Search | null
  #at: Cursor
  /** Set while a write waits for a slow page, which then misses changes rather than piling them up. */
  #busy = false

  constructor(segments: Segments, stream: SSEStreamingApi, search: Search | null, resumed: Cursor | null) {
    this.#segments = segments
    this.#stream = stream
    this.#search = search
    this.#at = resumed ?? newestLine(segments)
  }

  /** Resolves when the page has gone or the console stops. */
  follow(followers: Set<(changed: LiveEvents['changed'] | null) => void>): Promise<void> {
    return new Promise((resolve) => {
      const notify = (changed: LiveEvents['changed'] | null) => {
        if (!changed) return end()
        if (this.#busy) return
        this.#busy = true
        this.#send(changed).then(() => (this.#busy = false), end)
      }
      const end = () => {
        followers.delete(notify)
        resolve()
      }
      this.#stream.onAbort(end)
      followers.add(notify)
      // The first event tells the page at once that it is connected, and where a tail begins.
      notify({ spans: 0, logs: 0, points: 0, services: [], now: Date.now() })
    })
  }

  async #send(changed: LiveEvents['changed']): Promise<void> {
    if (this.#search) await this.#sendLines(this.#search)
    await this.#write('changed', changed)
  }

  async #sendLines(search: Search): Promise<void> {
    const newest = newestLine(this.#segments)
    if (newest.segment === this.#at.segment && newest.row === this.#at.row) return
    const lines: LiveEvents['logs'] = tail(this.#segments, {
      search,
      after: this.#at,
      upTo: newest,
      limit: MOST_LINES,
    })
    this.#at = newest
    if (lines.logs.length > 0) await this.#write('logs', lines)
  }

  async #write<Name extends keyof LiveEvents>(event: Name, data: LiveEvents[Name]): Promise<void> {
    await this.#stream.writeSSE({ event, data: JSON.stringify(data), id: cursorText(this.#at) ?? '' })
  }
}
