/**
 * Queries of `pg`, which publishes no channel: `query` and `connect` of the one pool or client that is given are wrapped,
 * nothing else. Each query gets a span in the caller's trace, and callbacks run in the caller's context; by itself a busy
 * pool runs them in the context of whoever released the client.
 */
import type { EventEmitter } from 'node:events'
import { type Context, ROOT_CONTEXT } from '@opentelemetry/api'
import { activeContext, bindEmitter, withContext } from '../context.ts'
import type { Database, DbCall, DbCalls } from '../db-calls.ts'
import { statementOf } from './sql.ts'

type AnyFunction = (...args: unknown[]) => unknown
type Done = (error?: unknown, ...rest: unknown[]) => unknown

/** The parts of `pg.Client` that matter here. */
interface Client {
  query: AnyFunction
  host?: string
  port?: number
  database?: string | null
}

interface Pool extends EventEmitter {
  connect: AnyFunction
  query: AnyFunction
}

/** What `pg.Query`, pg-cursor and pg-query-stream have in common: the client calls one of these when it is through. */
interface Submittable {
  submit: AnyFunction
  handleReadyForQuery: AnyFunction
  handleError: AnyFunction
}

const OBSERVED = Symbol.for('@lab/observe.pg')

/** Observes a pool, with every client that it has or will have, or a single client. Doing so again changes nothing. */
export function observeQueries(target: object, calls: DbCalls, owner: object): void {
  if (!isQueryable(target)) throw new TypeError('observePg(obs, target) takes a Pool or a Client of pg')
  if (!markOnce(target, owner)) return
  if (isPool(target)) observePool(target, calls, owner)
  else observeClient(target, calls)
}

function observePool(pool: Pool, calls: DbCalls, owner: object): void {
  const { connect } = pool
  // A connection outlives the request that opened it, so it is opened outside of any.
  pool.connect = function observePgConnect(this: unknown, ...args) {
    const context = activeContext()
    return withContext(ROOT_CONTEXT, () => Reflect.apply(connect, this, bound(args, context)))
  }
  pool.on('acquire', (client: object) => observeQueries(client, calls, owner))
}

function observeClient(client: Client, calls: DbCalls): void {
  const { query } = client
  client.query = function observePgQuery(this: unknown, ...args) {
    const context = activeContext()
    const call = calls.begin(databaseOf(client), statementOf(textOf(args[0])), context)
    if (call === undefined) return Reflect.apply(query, this, args)
    try {
      return follow(args, context, call, (given) => Reflect.apply(query, this, given))
    } catch (error) {
      call.end(error)
      throw error
    }
  }
}

/** Runs the query and ends `call` with it, in whichever of pg's ways it was asked for. */
function follow(args: unknown[], context: Context, call: DbCall, run: (args: unknown[]) => unknown): unknown {
  const [query] = args
  if (isSubmittable(query)) {
    endWith(query, call, context)
    return run(bound(args, context))
  }
  const ending = (done: Done): Done =>
    function observePgDone(error, ...rest) {
      call.end(error ?? undefined)
      return withContext(context, () => done(error, ...rest))
    }
  if (args.some((arg) => typeof arg === 'function')) return run(args.map((arg) => (isDone(arg) ? ending(arg) : arg)))
  if (hasCallback(query)) {
    const given: object = Object.create(query, { callback: { value: ending(query.callback), writable: true } })
    return run([given, ...args.slice(1)])
  }
  const result = run(args)
  if (!isThenable(result)) return result
  return result.then(
    (value) => {
      call.end()
      return value
    },
    (error: unknown) => {
      call.end(error)
      throw error
    },
  )
}

function endWith(query: Submittable, call: DbCall, context: Context): void {
  const { handleReadyForQuery, handleError } = query
  query.handleReadyForQuery = function observePgReady(this: unknown, ...args) {
    call.end()
    return withContext(context, () => Reflect.apply(handleReadyForQuery, this, args))
  }
  query.handleError = function observePgError(this: unknown, ...args) {
    call.end(args[0])
    return withContext(context, () => Reflect.apply(handleError, this, args))
  }
  if (isEmitter(query)) bindEmitter(context, query)
}

function bound(args: unknown[], context: Context): unknown[] {
  return args.map((arg) =>
    isDone(arg) ? (...results: Parameters<Done>) => withContext(context, () => arg(...results)) : arg,
  )
}

function databaseOf({ database, host, port }: Client): Database {
  // A path is a Unix socket, which has no port.
  return {
    system: 'postgresql',
    namespace: database ?? undefined,
    address: host,
    port: host?.startsWith('/') ? undefined : port,
  }
}

function textOf(query: unknown): string {
  if (typeof query === 'string') return query
  if (typeof query !== 'object' || query === null) return ''
  if ('text' in query && typeof query.text === 'string') return query.text
  return 'cursor' in query ? textOf(query.cursor) : ''
}

/** Whether `target` was not marked for this owner before. The mark holds for both halves of the package. */
function markOnce(target: object & { [OBSERVED]?: WeakSet<object> }, owner: object): boolean {
  if (target[OBSERVED] === undefined) Object.defineProperty(target, OBSERVED, { value: new WeakSet() })
  if (target[OBSERVED]?.has(owner)) return false
  target[OBSERVED]?.add(owner)
  return true
}

function isQueryable(target: object): target is Client | Pool {
  return 'query' in target && typeof target.query === 'function'
}

/** Only a pool counts its clients. */
function isPool(target: Client | Pool): target is Pool {
  return 'totalCount' in target
}

function isSubmittable(query: unknown): query is Submittable {
  return isObject(query) && ['submit', 'handleReadyForQuery', 'handleError'].every((name) => isDone(query[name]))
}

function isEmitter(query: object): query is EventEmitter {
  return 'emit' in query && typeof query.emit === 'function'
}

function hasCallback(query: unknown): query is { callback: Done } {
  return isObject(query) && isDone(query.callback)
}

function isDone(value: unknown): value is Done {
  return typeof value === 'function'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isThenable(value: unknown): value is Promise<unknown> {
  return isObject(value) && typeof value.then === 'function'
}
