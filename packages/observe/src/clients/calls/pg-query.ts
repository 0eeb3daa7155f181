/**
 * The ways to run a query with `pg`: text and values or an object, with a promise, a callback or events; and for each the
 * moment at which it is complete. The same for a connection.
 */
import type { EventEmitter } from 'node:events'
import type { Context } from '@opentelemetry/api'
import { bindEmitter, withContext } from '../../context/context.ts'
import type { DbCall } from './db-calls.ts'

export type AnyFunction = (...args: unknown[]) => unknown
type Done = (error?: unknown, ...rest: unknown[]) => unknown

/** What `pg.Query`, pg-cursor and pg-query-stream have in common: the client calls one of these when the query is complete. */
interface Submittable {
  submit: AnyFunction
  handleReadyForQuery: AnyFunction
  handleError: AnyFunction
}

/** Runs the query and ends `call` with it, for each of the ways to call pg. */
export function endWithQuery(
  args: unknown[],
  context: Context,
  call: DbCall,
  run: (args: unknown[]) => unknown,
): unknown {
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

/** Connects, by promise or callback, and calls `failed` with an error; callbacks run in `context`. */
export function endWithConnect(
  args: unknown[],
  context: Context,
  failed: (error: unknown) => void,
  run: (args: unknown[]) => unknown,
): unknown {
  const ending = (done: Done): Done =>
    function observePgConnected(error, ...rest) {
      if (error) failed(error)
      return withContext(context, () => done(error, ...rest))
    }
  const result = run(args.map((arg) => (isDone(arg) ? ending(arg) : arg)))
  if (!isThenable(result)) return result
  return result.then(undefined, (error: unknown) => {
    failed(error)
    throw error
  })
}

/** `args` with each callback bound to `context`. */
function bound(args: unknown[], context: Context): unknown[] {
  return args.map((arg) =>
    isDone(arg) ? (...results: Parameters<Done>) => withContext(context, () => arg(...results)) : arg,
  )
}

/** The SQL text of a query in any of its forms. */
export function sqlTextOf(query: unknown): string {
  if (typeof query === 'string') return query
  if (typeof query !== 'object' || query === null) return ''
  if ('text' in query && typeof query.text === 'string') return query.text
  return 'cursor' in query ? sqlTextOf(query.cursor) : ''
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
