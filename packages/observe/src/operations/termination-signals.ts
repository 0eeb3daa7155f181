/**
 * SIGTERM and SIGINT. A listener turns off Node's default action, which is to end the process. So the library has to know
 * whether the user has a handler, and where there is none, it ends the process itself once everything is sent.
 */

const SIGNALS = ['SIGTERM', 'SIGINT'] as const

/** Who decides what the signal does to the process. */
export type SignalAction =
  /** A handler of the user's is called, before or after this. */
  | 'handled'
  /** No handler: the default action ends the process. */
  | 'default'
  /** No handler, in PID 1: the kernel drops a signal that has no handler. A container without an init runs like this. */
  | 'ignored'

/** Calls `received` for each signal; returns a function that unsubscribes. */
export function onTerminationSignal(received: (signal: NodeJS.Signals, action: SignalAction) => void): () => void {
  /** Signals of which a listener was removed in this turn: a listener added by `prependOnceListener` is removed, then called. */
  const removed = new Set<string | symbol>()
  function onSignal(signal: NodeJS.Signals): void {
    const isHandled = removed.has(signal) || process.listenerCount(signal) - signalExitListeners() > 1
    const unhandled = process.pid === 1 ? 'ignored' : 'default'
    received(signal, isHandled ? 'handled' : unhandled)
  }
  function onRemoved(event: string | symbol): void {
    if (event !== 'SIGTERM' && event !== 'SIGINT') return
    removed.add(event)
    queueMicrotask(() => removed.delete(event))
  }
  process.on('removeListener', onRemoved)
  // Before the user's handlers: one added by `once` is no longer counted after it ran.
  for (const signal of SIGNALS) process.prependListener(signal, onSignal)
  return function unsubscribe() {
    process.off('removeListener', onRemoved)
    for (const signal of SIGNALS) process.off(signal, onSignal)
  }
}

/**
 * Listeners of signal-exit, which many packages install: they end the process only when no other listener is left, so they
 * are not handlers of the user's. Versions 3 and 4 publish their number.
 */
function signalExitListeners(): number {
  const emitters: unknown[] = [
    Reflect.get(process, '__signal_exit_emitter__'),
    Reflect.get(globalThis, Symbol.for('signal-exit emitter')),
  ]
  let count = 0
  for (const emitter of emitters) {
    if (typeof emitter !== 'object' || emitter === null || !('count' in emitter)) continue
    if (typeof emitter.count === 'number') count += emitter.count
  }
  return count
}
