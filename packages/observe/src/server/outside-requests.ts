/**
 * Events of a server that belong to no request, such as 'clientError' and 'upgrade'. Without AsyncContextFrame (Node.js 22) the
 * context that is entered for a request stays with its connection, so that these events would run in the context of the request before.
 */
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import type { EventEmitter } from 'node:events'
import { ROOT_CONTEXT } from '@opentelemetry/api'
import { withContext } from '../context/context.ts'

/** Whether a context that is entered stays with the asynchronous resource. */
const staysEntered = probe()

/** Events that are emitted with a context of their own. */
const WITHIN_REQUESTS = new Set<string | symbol>(['request', 'stream', 'checkContinue', 'checkExpectation'])

const kept = new WeakSet<object>()

/** Runs the events of a server, or of a session of HTTP/2, that belong to no request outside of any. */
export function keepOutside(emitter: EventEmitter | undefined): void {
  if (!staysEntered || emitter === undefined || kept.has(emitter)) return
  kept.add(emitter)
  const { emit } = emitter
  emitter.emit = function emitOutside(this: EventEmitter, event, ...rest) {
    if (WITHIN_REQUESTS.has(event)) return emit.call(this, event, ...rest)
    return withContext(ROOT_CONTEXT, () => emit.call(this, event, ...rest))
  }
}

function probe(): boolean {
  const storage = new AsyncLocalStorage<boolean>()
  const resource = new AsyncResource('probe')
  resource.runInAsyncScope(() => storage.enterWith(true))
  return resource.runInAsyncScope(() => storage.getStore()) === true
}
