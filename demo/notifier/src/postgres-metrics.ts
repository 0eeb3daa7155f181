/**
 * What PostgreSQL says of itself, as metrics of the one service that has nothing to do while the others wait: connections, and
 * sessions that wait for a lock. A table that is locked looks like a slow database from the outside; here the two differ.
 */

import type { Client } from '@demo/chassis/database'
import type { Observe } from '@lab/observe'

export interface PostgresState {
  connections: number
  connectionLimit: number
  lockWaiters: number
  longestLockWaitSeconds: number
}

export async function readPostgres(client: Client): Promise<PostgresState> {
  const { rows } = await client.query<PostgresState>(
    `select count(*) filter (where backend_type = 'client backend')::int as connections,
       (current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int)
         as "connectionLimit",
       count(*) filter (where wait_event_type = 'Lock')::int as "lockWaiters",
       coalesce(max(extract(epoch from clock_timestamp() - query_start)) filter (where wait_event_type = 'Lock'), 0)::float8
         as "longestLockWaitSeconds"
     from pg_stat_activity`,
  )
  return rows[0] ?? { connections: 0, connectionLimit: 0, lockWaiters: 0, longestLockWaitSeconds: 0 }
}

/** Returns the chore that brings the metrics up to date. */
export function postgresMetrics(obs: Observe, client: Client): () => Promise<void> {
  const connections = obs.gauge('shop.postgres.connections', {
    description: 'Connections of clients to PostgreSQL.',
    unit: '{connection}',
  })
  const limit = obs.gauge('shop.postgres.connections.limit', {
    description: 'Connections that PostgreSQL takes from ordinary users.',
    unit: '{connection}',
  })
  const waiters = obs.gauge('shop.postgres.lock.waiters', {
    description: 'Sessions that wait for a lock.',
    unit: '{session}',
  })
  const wait = obs.gauge('shop.postgres.lock.wait', {
    description: 'How long the session that waits longest for a lock has waited.',
    unit: 's',
  })
  return async function measurePostgres() {
    const state = await obs.untraced(() => readPostgres(client))
    connections.record(state.connections)
    limit.record(state.connectionLimit)
    waiters.record(state.lockWaiters)
    wait.record(state.longestLockWaitSeconds)
  }
}
