/**
 * All that an `Observe` hears of its process by itself: requests to servers, the routes that frameworks name, outgoing calls.
 */
import { ClientCalls } from './client-calls.ts'
import type { Internals } from './internals.ts'
import { observeFrameworks } from './naming/frameworks.ts'
import type { Propagation } from './options.ts'
import { observeClients } from './outbound.ts'
import type { ServiceSignals } from './signals.ts'

/** Listens; returns what stops it. With all three signals off it waits until the log is turned on, and costs nothing. */
export function listenToProcess(signals: ServiceSignals, internals: Internals, propagation: Propagation): () => void {
  const { inbound } = internals
  const { logger } = signals.log
  if (!inbound.isIdle) return listenNow(signals, internals, propagation)
  let stop = (): void => undefined
  function onLevel(): void {
    if (inbound.isIdle) return
    logger.off('level-change', onLevel)
    stop = listenNow(signals, internals, propagation)
  }
  logger.on('level-change', onLevel)
  return () => {
    logger.off('level-change', onLevel)
    stop()
  }
}

function listenNow(
  { traces, metrics, log }: ServiceSignals,
  internals: Internals,
  propagation: Propagation,
): () => void {
  const { inbound, dbCalls, dbPools } = internals
  const calls = new ClientCalls(traces, metrics, propagation)
  inbound.subscribe()
  const listening = [...observeClients(calls, dbCalls, dbPools, log.logger), ...observeFrameworks(inbound, log.logger)]
  return () => {
    inbound.unsubscribe()
    for (const { stop } of listening) stop()
  }
}
