/**
 * `pg` without a line, where `@lab/observe/auto` reaches its classes: a pool or a client is observed when it connects first.
 */
import { observeQueries, type PgObserver } from '../clients/pg.ts'

type Connect = (...args: unknown[]) => unknown

interface Connecting {
  prototype: { connect: Connect; newClient?: Connect }
}

/** Whether a pool opens a client, which it hands over to be observed when that is acquired. */
let isPooled = false

/** @param observerOf gives what observes the process at the time of the connect */
export function reachPg(loaded: unknown, observerOf: () => PgObserver | undefined): void {
  if (!isConnecting(loaded)) return
  const { prototype } = loaded
  const { connect, newClient } = prototype
  const known = new WeakSet<object>()
  prototype.connect = function observePgConnect(this: { connect: Connect }, ...args) {
    const observer = isPooled || known.has(this) ? undefined : observerOf()
    if (observer === undefined) return Reflect.apply(connect, this, args)
    known.add(this)
    observeQueries(this, observer)
    // Now a method of its own, which comes back here.
    return this.connect(...args)
  }
  if (newClient === undefined) return
  prototype.newClient = function observePgClient(this: unknown, ...args) {
    isPooled = true
    try {
      return Reflect.apply(newClient, this, args)
    } finally {
      isPooled = false
    }
  }
}

function isConnecting(loaded: unknown): loaded is Connecting {
  return typeof loaded === 'function' && typeof loaded.prototype?.connect === 'function'
}
