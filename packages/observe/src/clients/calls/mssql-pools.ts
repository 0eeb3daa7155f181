/**
 * How busy the pools of `mssql` are, counted from what they publish of connections and of callers that wait for one. A pool
 * that connected before the subscription is not known, so it is not measured.
 */
import type { Logger } from 'pino'
import { type ChannelSubscription, subscribeToChannels } from '../../context/channels.ts'
import { type DbPools, poolName } from './db-pools.ts'
import { type MssqlConnect, mssqlDatabase } from './mssql-database.ts'

interface PoolMessage {
  poolId: number
}

interface Counts {
  connect: MssqlConnect
  open: number
  used: number
  pending: number
  /** Whether it is among the pools that are measured; it is from its first connection on. */
  measured: boolean
}

export function observeMssqlPools(pools: DbPools, log: Logger): ChannelSubscription {
  const counts = new Map<number, Counts>()
  const measure = (poolId: number, own: Counts) => {
    if (own.measured) return
    own.measured = true
    pools.add(poolName(mssqlDatabase(own.connect)), () => {
      if (counts.get(poolId) !== own) return undefined
      const { open, used, pending, connect } = own
      return { idle: Math.max(open - used, 0), used, pending, max: connect.poolConfig.max }
    })
  }
  const change = (key: 'open' | 'used' | 'pending', by: number) => {
    return ({ poolId }: PoolMessage) => {
      const own = counts.get(poolId)
      if (own === undefined) return
      own[key] += by
      measure(poolId, own)
    }
  }
  const connecting = subscribeToChannels<MssqlConnect>(
    {
      'tracing:mssql:connect:start': (connect) => {
        if (!counts.has(connect.poolId)) {
          counts.set(connect.poolId, { connect, open: 0, used: 0, pending: 0, measured: false })
        }
      },
      'tracing:mssql:connect:error': ({ poolId }) => void counts.delete(poolId),
      'mssql:pool:close': ({ poolId }) => void counts.delete(poolId),
    },
    log,
  )
  const changing = subscribeToChannels<PoolMessage>(
    {
      'mssql:connection:create': change('open', 1),
      'mssql:connection:destroy': change('open', -1),
      'mssql:connection:acquire': change('used', 1),
      'mssql:connection:release': change('used', -1),
      'tracing:mssql:pool:acquire:start': change('pending', 1),
      'tracing:mssql:pool:acquire:asyncStart': change('pending', -1),
    },
    log,
  )
  return {
    stop() {
      connecting.stop()
      changing.stop()
    },
  }
}
