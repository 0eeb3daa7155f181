/**
 * Queries of `pg`, which publishes no channel: `query` and `connect` of the one pool or client that is given are wrapped,
 * nothing else. Each query gets a span in the caller's trace, and callbacks run in the caller's context; by itself a busy
 * pool runs them in the context of the caller that released the client.
 */
import type { EventEmitter } from 'node:events'
import { ROOT_CONTEXT } from '@opentelemetry/api'
import { activeContext, withContext } from '../context/context.ts'
import { InternalPart } from '../context/internal-part.ts'
import { monotonicMs } from '../time/clock.ts'
import type { DbCalls } from './calls/db-calls.ts'
import { CONNECT, type Database, type DbSystem } from './calls/db-operation.ts'
import { type DbPools, type PoolState, poolName } from './calls/db-pools.ts'
import { type AnyFunction, endWithConnect, endWithQuery, sqlTextOf } from './calls/pg-query.ts'
import { statementOf } from './sql/statement.ts'

/** The parts of `pg.Client` that matter here. */
interface Client {
  connect: AnyFunction
  query: AnyFunction
  host?: string
  port?: number
  database?: string | null
}

interface Pool extends EventEmitter {
  connect: AnyFunction
  query: AnyFunction
  Client: new (options: object) => Client
  options: { max: number }
  totalCount: number
  idleCount: number
  waitingCount: number
  ended: boolean
}

/** What measures queries and pools. */
interface Queries {
  calls: DbCalls
  pools: DbPools
}

export const queriesPart = new InternalPart<Queries>('queries')

/** What observes pools and clients, and the `Observe` that owns it. */
export interface PgObserver extends Queries {
  owner: object
}

const POSTGRESQL: DbSystem = {
  name: 'postgresql',
  statusOf: (error) =>
    'code' in error && typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined,
}

const OBSERVED = Symbol.for('@lab/observe.pg')

/** Observes a pool with all its clients, later ones included, or a single client. A second call changes nothing. */
export function observeQueries(target: object, observer: PgObserver): void {
  if (!isQueryable(target)) throw new TypeError('observePg(obs, target) takes a Pool or a Client of pg')
  if (!markOnce(target, observer.owner)) return
  if (isPool(target)) observePool(target, observer)
  else observeClient(target, observer.calls)
}

function observePool(pool: Pool, observer: PgObserver): void {
  const database = poolDatabase(pool)
  // A connection outlives the request that opened it, so it is opened outside of any.
  observeConnect(pool, database, observer.calls, (run) => withContext(ROOT_CONTEXT, run))
  pool.on('acquire', (client: object) => observeQueries(client, observer))
  const weak = new WeakRef(pool)
  observer.pools.add(poolName(database), () => stateOf(weak.deref()))
}

/** A failed connect is a call of its own, since no query follows. A successful one makes no span. */
function observeConnect(
  target: Pool | Client,
  database: Database,
  calls: DbCalls,
  inside: (run: () => unknown) => unknown,
): void {
  const { connect } = target
  target.connect = function observePgConnect(this: unknown, ...args) {
    const context = activeContext()
    const startedMs = monotonicMs()
    const failed = (error: unknown) => calls.begin(database, CONNECT, context, startedMs)?.end(error)
    return inside(() => endWithConnect(args, context, failed, (given) => Reflect.apply(connect, this, given)))
  }
}

function stateOf(pool: Pool | undefined): PoolState | undefined {
  if (pool === undefined || pool.ended) return undefined
  const { totalCount, idleCount, waitingCount, options } = pool
  return { idle: idleCount, used: totalCount - idleCount, max: options.max, pending: waitingCount }
}

function poolDatabase(pool: Pool): Database {
  try {
    // Only pg knows what its options, connection strings and PG* variables come to; this client never connects.
    return databaseOf(new pool.Client(pool.options))
  } catch {
    // Options that pg cannot read; it says so itself when it connects.
    return { system: POSTGRESQL }
  }
}

function observeClient(client: Client, calls: DbCalls): void {
  const { query } = client
  observeConnect(client, databaseOf(client), calls, (run) => run())
  client.query = function observePgQuery(this: unknown, ...args) {
    const context = activeContext()
    const call = calls.begin(databaseOf(client), statementOf(sqlTextOf(args[0])), context)
    if (call === undefined) return Reflect.apply(query, this, args)
    try {
      return endWithQuery(args, context, call, (given) => Reflect.apply(query, this, given))
    } catch (error) {
      call.end(error)
      throw error
    }
  }
}

function databaseOf({ database, host, port }: Client): Database {
  // A path is a Unix socket, which has no port.
  return {
    system: POSTGRESQL,
    namespace: database ?? undefined,
    address: host,
    port: host?.startsWith('/') ? undefined : port,
  }
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
