/**
 * The context manager: which span is active in the code that runs now. One `AsyncLocalStorage` for the whole process,
 * shared by every copy of this module, so that the ESM and the CommonJS half of the package see the same context.
 * Unlike OpenTelemetry's own it can `enter` a context without a callback, which is how a diagnostics channel's
 * subscriber sets the context for the request handler that Node calls next.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { channel } from 'node:diagnostics_channel'
import { EventEmitter } from 'node:events'
import { type Context, type ContextManager, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api'
import { fieldOf, isInstance } from '../conventions/thrown.ts'

const SHARED = Symbol.for('@lab/observe.storage')
const registry = globalThis as { [SHARED]?: AsyncLocalStorage<Context> }
registry[SHARED] ??= new AsyncLocalStorage<Context>()
const storage = registry[SHARED]

/** The active context, or the root context outside of any. */
export function activeContext(): Context {
  return storage.getStore() ?? ROOT_CONTEXT
}

/** Whether a caller gave a context; reading what it gave may throw. */
export function isContext(value: unknown): value is Context {
  return typeof fieldOf(value, 'getValue') === 'function'
}

/** Sets the context for the rest of the current asynchronous execution. */
export function enterContext(context: Context): void {
  storage.enterWith(context)
}

/** Runs `fn` with `context` active. */
export function withContext<T>(context: Context, fn: () => T): T {
  return storage.run(context, fn)
}

/** The same storage behind OpenTelemetry's interface, for the global `context` API. */
export const contextManager: ContextManager = {
  active: activeContext,
  with(context, fn, thisArg, ...args) {
    return storage.run(context, () => fn.apply(thisArg, args))
  },
  bind(context, target) {
    if (isInstance(target, EventEmitter)) return bindEmitter(context, target)
    if (typeof target !== 'function') return target
    return bindFunction(context, target)
  },
  enable() {
    return contextManager
  },
  disable() {
    return contextManager
  },
}

function bindFunction<T>(context: Context, target: T & CallableFunction): T {
  const bound = function (this: unknown, ...args: unknown[]): unknown {
    return storage.run(context, () => Reflect.apply(target, this, args))
  }
  Object.defineProperty(bound, 'length', {
    value: target.length,
    configurable: true,
  })
  return bound as T & typeof bound
}

/** Marks an `emit` that runs in a context, for every copy of this module. */
const BOUND = Symbol.for('@lab/observe.bound-emit')

/** Runs every listener of `emitter` in `context`, by running its `emit` there. The first context of an emitter counts. */
export function bindEmitter<T extends EventEmitter>(context: Context, emitter: T): T {
  const emit = emitter.emit
  // Bound again and again, each call would go through all the ones before.
  if (BOUND in emit) return emitter
  function emitInContext(this: T, ...args: Parameters<typeof emit>): boolean {
    return storage.run(context, () => emit.apply(this, args))
  }
  emitter.emit = Object.assign(emitInContext, { [BOUND]: true })
  return emitter
}

/** Runs what is published around on the channel `name` in the context that `contextOf` gives; returns what ends that. */
export function bindChannel(name: string, contextOf: (message: object) => Context): () => void {
  const published = channel(name)
  published.bindStore(storage, (message) => contextOf(message as object))
  return () => void published.unbindStore(storage)
}

const SPAN_KEY = Symbol.for('OpenTelemetry Context Key SPAN')

/** A context made of its parent and one more value; a lookup walks up instead of each `setValue` copying a Map. */
class LinkedContext implements Context {
  readonly #parent: Context
  readonly #key: symbol
  readonly #value: unknown

  constructor(parent: Context, key: symbol, value: unknown) {
    this.#parent = parent
    this.#key = key
    this.#value = value
  }

  getValue(key: symbol): unknown {
    return key === this.#key ? this.#value : this.#parent.getValue(key)
  }

  setValue(key: symbol, value: unknown): Context {
    return new LinkedContext(this, key, value)
  }

  deleteValue(key: symbol): Context {
    return new LinkedContext(this, key, undefined)
  }
}

/** Also of the property of a span that stands for that of an exchange. */
export const EXCHANGE_KEY = Symbol.for('@lab/observe.exchange')

/** Where instrumentations of OpenTelemetry look for the server span whose route they name (`getRPCMetadata()`). */
const RPC_METADATA_KEY = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA')

/** What the context needs of an exchange. */
export interface ContextExchange {
  readonly rpcMetadata: unknown
  /** The context in which the request is handled. */
  readonly context: Context
  route(template: string): void
}

/** The context of one exchange: its span for OpenTelemetry's API, and the exchange itself for ours. */
export class ExchangeContext implements Context {
  readonly #parent: Context
  readonly #span: unknown
  readonly #exchange: ContextExchange

  constructor(parent: Context, span: unknown, exchange: ContextExchange) {
    this.#parent = parent
    this.#span = span
    this.#exchange = exchange
  }

  getValue(key: symbol): unknown {
    if (key === SPAN_KEY) return this.#span
    if (key === EXCHANGE_KEY) return this.#exchange
    if (key === RPC_METADATA_KEY) return this.#exchange.rpcMetadata
    return this.#parent.getValue(key)
  }

  setValue(key: symbol, value: unknown): Context {
    return new LinkedContext(this, key, value)
  }

  deleteValue(key: symbol): Context {
    return new LinkedContext(this, key, undefined)
  }
}

/** The exchange that `context` belongs to, or its span: an instrumentation begins a context of its own for a request. */
export function exchangeIn(context: Context): ContextExchange | undefined {
  const own = context.getValue(EXCHANGE_KEY) as ContextExchange | undefined
  return own ?? (context.getValue(SPAN_KEY) as SpanOfExchange | undefined)?.[EXCHANGE_KEY]
}

/** `context` as one of the active exchange: an instrumentation that reads a caller's trace itself begins at the root context. */
export function withinExchange(context: Context): Context {
  const exchange = exchangeIn(activeContext())
  return exchange === undefined ? context : context.setValue(EXCHANGE_KEY, exchange)
}

interface SpanOfExchange {
  [EXCHANGE_KEY]?: ContextExchange
}
