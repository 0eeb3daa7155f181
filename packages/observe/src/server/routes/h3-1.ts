/**
 * h3 1, where `@lab/observe/auto` reaches the class of its events: h3 leaves the matched route on the event, and reads the event's path right
 * before. A router that is mounted sees its part of the path alone; the part before it is a fixed text of the program's.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { mountOf } from '../../conventions/url-path.ts'
import { pathOf } from '../arrival.ts'
import type { Inbound } from '../inbound.ts'

interface H3Event {
  node: { req: IncomingMessage & { originalUrl?: string }; res: ServerResponse }
  context: { matchedRoute?: { path?: unknown } }
}

interface H3Class {
  prototype: H3Event
}

/** @param inboundOf gives what observes the process at the time of a request */
export function reachH3(loaded: unknown, inboundOf: () => Inbound | undefined): void {
  if (!isH3(loaded)) return
  const described = Object.getOwnPropertyDescriptor(loaded.prototype, 'path')
  const get = described?.get
  if (described === undefined || get === undefined) return
  const matches = new WeakMap<H3Event, Match>()
  Object.defineProperty(loaded.prototype, 'path', {
    ...described,
    get(this: H3Event): unknown {
      const path: unknown = get.call(this)
      let match = matches.get(this)
      if (match === undefined) {
        const created = new Match(this)
        matches.set(this, created)
        inboundOf()
          ?.find(this.node.res)
          ?.routeAtEnd(() => created.template())
        match = created
      }
      match.read(path)
      return path
    },
  })
}

/** What the routers of one event have matched; the last one counts. */
class Match {
  readonly #event: H3Event
  #route: { path?: unknown } | undefined
  /** The mount path of the router that matched. */
  #mount = ''
  /** That of the router which reads the path now. */
  #current = ''

  constructor(event: H3Event) {
    this.#event = event
  }

  read(path: unknown): void {
    this.#settle()
    const { originalUrl, url } = this.#event.node.req
    const [full, rest] = [pathOf(originalUrl ?? url), pathOf(typeof path === 'string' ? path : undefined)]
    this.#current = mountOf(full, rest)
  }

  template(): string | undefined {
    this.#settle()
    const path = this.#route?.path
    return typeof path === 'string' ? this.#mount + path : undefined
  }

  #settle(): void {
    const { matchedRoute } = this.#event.context
    if (matchedRoute === this.#route) return
    this.#route = matchedRoute
    this.#mount = this.#current
  }
}

function isH3(loaded: unknown): loaded is H3Class {
  return typeof loaded === 'function' && typeof loaded.prototype === 'object'
}
