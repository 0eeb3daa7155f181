/**
 * Connection pools: how many connections are in use, how many there may be, and how many callers wait for one (semantic conventions for
 * databases, "Connection pools"). Pools are read when metrics are read; without a pool there are no such metrics.
 */
import type { Attributes } from '@opentelemetry/api'
import { metric } from '../../conventions/instruments.ts'
import { attribute } from '../../conventions/names.ts'
import type { Metrics } from '../../metrics/metrics.ts'
import type { Reading } from '../../metrics/readings.ts'
import type { Database } from './db-operation.ts'

export interface PoolState {
  idle: number
  /** Connections that are handed out or being opened. */
  used: number
  max: number
  /** Callers that wait for a connection. */
  pending: number
}

interface Pool {
  /** `undefined` once the pool is closed or forgotten. */
  read: () => PoolState | undefined
  labels: { pool: Attributes; idle: Attributes; used: Attributes }
}

export class DbPools {
  readonly #pools = new Map<string, Pool>()

  constructor(metrics: Metrics | undefined) {
    metrics?.readings(metric.dbConnections, () =>
      this.#read(({ idle, used }, labels) => [
        { value: idle, attributes: labels.idle },
        { value: used, attributes: labels.used },
      ]),
    )
    metrics?.readings(metric.dbConnectionsMax, () =>
      this.#read(({ max }, { pool }) => [{ value: max, attributes: pool }]),
    )
    metrics?.readings(metric.dbPendingRequests, () =>
      this.#read(({ pending }, { pool }) => [{ value: pending, attributes: pool }]),
    )
  }

  /**
   * Measures a pool for as long as `read` gives its state. A second one that is open under the same name gets a number, so
   * that their figures stay apart.
   */
  add(name: string, read: () => PoolState | undefined): void {
    this.#read(() => [])
    let unique = name
    for (let number = 2; this.#pools.has(unique); number += 1) unique = `${name}#${number}`
    const pool = { [attribute.dbPoolName]: unique }
    const idle = { ...pool, [attribute.dbConnectionState]: 'idle' }
    const used = { ...pool, [attribute.dbConnectionState]: 'used' }
    this.#pools.set(unique, { read, labels: { pool, idle, used } })
  }

  /** The readings that `readingsOf` makes of each open pool; closed pools are forgotten. */
  #read(readingsOf: (state: PoolState, labels: Pool['labels']) => Reading[]): Reading[] {
    const readings: Reading[] = []
    for (const [name, { read, labels }] of this.#pools) {
      const state = read()
      if (state === undefined) this.#pools.delete(name)
      else readings.push(...readingsOf(state, labels))
    }
    return readings
  }
}

/** `address:port/namespace`, as the semantic conventions name a pool that has no name of its own. */
export function poolName({ system, address, port, namespace }: Database): string {
  if (address === undefined) return system.name
  return `${address}${port === undefined ? '' : `:${port}`}/${namespace}`
}
