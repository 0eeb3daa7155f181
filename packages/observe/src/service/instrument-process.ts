/**
 * Subscribes an `Observe` to its process: requests to servers, the routes that frameworks name, outgoing calls.
 */
import { ClientCalls } from '../clients/calls/client-calls.ts'
import type { DbCalls } from '../clients/calls/db-calls.ts'
import type { DbPools } from '../clients/calls/db-pools.ts'
import { observeClients } from '../clients/clients.ts'
import type { Inbound } from '../server/inbound.ts'
import { observeFrameworks } from '../server/routes/frameworks.ts'
import type { Settings } from '../settings/options.ts'
import type { ServiceSignals } from './signals.ts'

/** What records the requests, calls and queries of the process. */
export interface ProcessParts {
  inbound: Inbound
  dbCalls: DbCalls
  dbPools: DbPools
  signals: ServiceSignals
  settings: Settings
}

/** Listens; returns what stops it. With all three signals off it waits until the log is turned on, and costs nothing. */
export function instrumentProcess(parts: ProcessParts): () => void {
  const { inbound, signals } = parts
  const { logger } = signals.log
  if (!inbound.isIdle) return subscribe(parts)
  let stop = (): void => undefined
  function onLevel(): void {
    if (inbound.isIdle) return
    logger.off('level-change', onLevel)
    stop = subscribe(parts)
  }
  logger.on('level-change', onLevel)
  return () => {
    logger.off('level-change', onLevel)
    stop()
  }
}

function subscribe({ inbound, dbCalls, dbPools, signals, settings }: ProcessParts): () => void {
  const { traces, metrics, log } = signals
  const calls = new ClientCalls(traces, metrics, settings)
  inbound.subscribe()
  const subscriptions = [
    ...observeClients(calls, dbCalls, dbPools, log.logger),
    ...observeFrameworks(inbound, log.logger),
  ]
  return () => {
    inbound.unsubscribe()
    for (const { stop } of subscriptions) stop()
  }
}
