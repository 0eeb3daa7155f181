/**
 * Metrics, JSON logs and traces for a Node.js service.
 *
 *     import { observe } from '@lab/observe'
 *     const obs = observe({ service: 'orders' })
 */
import type { RequestListener } from 'node:http'
import { adminPart, adminRoutes } from './operations/admin.ts'
import { install, installedByAuto, joinedOptions, uninstall } from './service/globals.ts'
import { ObserveInstance } from './service/observe-instance.ts'
import type { Observe, ObserveOptions } from './types.ts'

export { pinoMixin } from './logs/pino-mixin.ts'
export type * from './types.ts'

/**
 * Observes this process: every HTTP server in it, every outgoing request, the runtime. Call it once, anywhere at the
 * top of the program; pass its result on to the modules that need it.
 *
 * Where `@lab/observe/auto` is loaded as well, this call takes its place, or returns its instance where that is in use already.
 *
 * @throws Error when it was called before, naming the place; TypeError or RangeError for an option that is not valid
 * @example
 *     const obs = observe({ service: 'orders' })
 *     obs.log.info('started')
 */
export function observe(options: ObserveOptions = {}): Observe {
  const first = installedByAuto()
  if (first !== undefined) {
    const names = Object.keys(options)
    if (names.length > 0)
      first.log.warn(`observe() came after @lab/observe/auto was in use; ${names} without effect. ${HINT}`)
    return first
  }
  const joined = joinedOptions(options)
  const instance = new ObserveInstance(joined)
  install(instance, callerOf(observe), joined !== options)
  instance.start(() => uninstall(instance))
  return instance
}

/**
 * An instance that installs no globals and listens to nothing by itself: only adapters feed it. For tests, and for
 * several services in one process.
 *
 * @throws TypeError or RangeError for an option that is not valid
 * @example
 *     const obs = createObserve({ service: 'worker', admin: false })
 */
export function createObserve(options: ObserveOptions): Observe {
  return new ObserveInstance(options)
}

/**
 * /metrics, /healthz, /readyz and /loglevel as a request listener, for a server of your own; use it with
 * `admin: false`.
 *
 * @example
 *     createServer(adminListener(obs)).listen(9000, '127.0.0.1')
 */
export function adminListener(observe: Observe): RequestListener {
  return adminRoutes(adminPart.of(observe))
}

const HINT = 'Call observe() before the program listens or connects, or start it without @lab/observe/auto.'

/** `file:line` from which `callee` was called. */
function callerOf(callee: (...args: never[]) => unknown): string {
  const holder: { stack?: string } = {}
  Error.captureStackTrace(holder, callee)
  const frame = holder.stack?.split('\n')[1]?.trim() ?? ''
  return /(?:file:\/\/)?([^\s()]+:\d+):\d+\)?$/.exec(frame)?.[1] ?? 'an unknown place'
}
