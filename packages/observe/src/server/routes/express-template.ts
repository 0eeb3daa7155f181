/**
 * The template of an Express route with all that it is mounted under: `/t/:tenant/items/:id`. `req.baseUrl` holds real
 * values (`/t/acme`), so the template is put together from the layers of the routers, once for each route.
 */
import { pathOf } from '../arrival.ts'
import { type Matcher, patternOfExpress4, patternOfMatcher } from './express-pattern.ts'

/** The parts of Express 4 and 5 that naming looks at. */
export interface App {
  request: object
  use(handler: ErrorHandler): unknown
  parent?: App
  mountpath?: unknown
}

type ErrorHandler = (error: unknown, request: unknown, response: never, next: (error?: unknown) => void) => void

export interface Stack {
  stack: Layer[]
}

export interface Route extends Stack {
  path: unknown
}

/** One entry of a router. Express 4 keeps a regular expression; router 2 has matchers, and since 2.3 the path itself. */
export interface Layer {
  handle: (...args: never[]) => unknown
  route?: Route | undefined
  slash?: boolean
  rawPath?: unknown
  matchers?: Matcher[]
  regexp?: RegExp & { fast_slash?: boolean }
  keys?: { name: string | number }[]
}

const templates = new WeakMap<Route, string>()

/** The template of `route` in `app`, for a request to `url`; `undefined` where the route is not found in the app. */
export function templateOf(app: App, route: Route, url: string | undefined): string | undefined {
  const known = templates.get(route)
  if (known !== undefined) return known
  const mount = mountOf(app)
  const path = withoutMount(pathOf(url), mount)
  const chains = [...chainsTo(route, stackOf(app))]
  for (const chain of chains) {
    const template = templateAlong(chain, path)
    if (template === undefined) continue
    const full = mount + template || '/'
    if (chains.length === 1 && chain.every(hasOnePath)) templates.set(route, full)
    return full
  }
  return undefined
}

/** The layers of an app or router; an app of Express 4 throws when asked for `router`. */
export function stackOf(container: object): Layer[] {
  if ('stack' in container && Array.isArray(container.stack)) return container.stack
  if ('_router' in container) return container._router ? stackOf(container._router) : []
  return 'router' in container && typeof container.router === 'function' ? stackOf(container.router) : []
}

/** Every way from the top of a router to `route`: a router may be mounted more than once. */
function* chainsTo(route: Route, stack: Layer[], above: Layer[] = []): Iterable<Layer[]> {
  for (const layer of stack) {
    if (above.includes(layer)) continue
    const chain = [...above, layer]
    if (layer.route === route) yield chain
    else if (layer.route === undefined) yield* chainsTo(route, stackOf(layer.handle), chain)
  }
}

/** The patterns of `chain` after each other, `undefined` where `path` does not go that way. */
function templateAlong(chain: Layer[], path: string): string | undefined {
  let rest = path
  let template = ''
  for (const layer of chain) {
    const matched = matchedBy(layer, rest)
    if (matched === undefined) return undefined
    const pattern = patternOf(layer, rest)
    if (pattern === undefined) return undefined
    template += pattern
    rest = rest.slice(matched.length) || '/'
  }
  return template
}

/** The beginning of `path` that the layer takes. */
export function matchedBy({ slash, matchers, regexp }: Layer, path: string): string | undefined {
  if (slash || regexp?.fast_slash) return ''
  if (regexp !== undefined) return regexp.exec(path)?.[0]
  for (const matcher of matchers ?? []) {
    const match = matcher(path)
    if (match) return match.path
  }
  return undefined
}

export function patternOf(layer: Layer, path: string): string | undefined {
  if (layer.slash || layer.regexp?.fast_slash) return ''
  const { matchers = [], regexp, keys = [] } = layer
  const matching = Math.max(
    matchers.findIndex((matcher) => matcher(path)),
    0,
  )
  const raw = layer.rawPath ?? layer.route?.path
  if (Array.isArray(raw) && regexp === undefined) return text(raw.flat(Number.POSITIVE_INFINITY)[matching])
  if (raw !== undefined && !Array.isArray(raw)) return text(raw)
  if (regexp !== undefined) return patternOfExpress4(regexp, keys, path)
  return matchers[matching] && patternOfMatcher(matchers[matching], path)
}

/** Whether the layer was given one path and no list of them. */
function hasOnePath({ matchers = [], regexp }: Layer): boolean {
  return matchers.length <= 1 && !regexp?.source.includes('|^')
}

/** A path without slash at its end; it may also be a regular expression. */
function text(path: unknown): string {
  return typeof path === 'string' ? path.replace(/\/+$/, '') : String(path)
}

/** What the app itself is mounted under. */
export function mountOf({ parent, mountpath }: App): string {
  if (parent === undefined) return ''
  const own = Array.isArray(mountpath) ? mountpath.flat(Number.POSITIVE_INFINITY)[0] : mountpath
  return mountOf(parent) + text(own)
}

/** `path` without the segments that `mount` takes. */
export function withoutMount(path: string, mount: string): string {
  const count = mount.split('/').length - 1
  return count === 0
    ? path
    : `/${path
        .split('/')
        .slice(count + 1)
        .join('/')}`
}
