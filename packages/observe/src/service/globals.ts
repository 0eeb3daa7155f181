/**
 * The one `observe()` of a process, and OpenTelemetry's globals that it installs. Kept behind `Symbol.for`, so that the
 * ESM and the CommonJS half of the package know of each other.
 */
import {
  context,
  diag,
  logs,
  metrics,
  type ProxyTracerProvider,
  propagation,
  type TextMapPropagator,
  type TracerProvider,
  trace,
} from '@opentelemetry/api'
import { CompositePropagator, W3CBaggagePropagator } from '@opentelemetry/core'
import { contextManager } from '../context/context.ts'
import { headerPropagator } from '../context/older-headers.ts'
import { traceContextPropagator } from '../context/tracecontext.ts'
import { LogProvider } from '../logs/logger-provider.ts'
import { JoinedProvider } from '../traces/joined-provider.ts'
import type { ObserveOptions } from '../types.ts'
import { setDiagnostics } from './diagnostics.ts'
import type { ObserveInstance } from './observe-instance.ts'

interface Installed {
  instance: ObserveInstance
  /** `file:line` of the call. */
  where: string
  /** Removes from OpenTelemetry's API what this instance registered; what others registered stays. */
  unregister(): void
}

/** The place of an instance that no code asked for. */
export const AUTO = '@lab/observe/auto'

const KEY = Symbol.for('@lab/observe.installed')
const registry = globalThis as { [KEY]?: Installed | undefined }

/**
 * What `observe()` goes on with: `undefined` where there is no instance yet, or where the one of `@lab/observe/auto` could hand over
 * its place; that one itself where it is in use already. Throws where `observe()` was called before, naming the place.
 */
export function installedByAuto(): ObserveInstance | undefined {
  const first = registry[KEY]
  if (first === undefined) return undefined
  if (first.where === AUTO) {
    if (first.instance.isUsed) return first.instance
    first.instance.retire()
    return undefined
  }
  throw new Error(`observe() was called twice; first in ${first.where}. Keep one call and pass the instance on.`)
}

/** The instance that observes the process. */
export function installedInstance(): ObserveInstance | undefined {
  return registry[KEY]?.instance
}

/**
 * The options with the TracerProvider that an SDK has registered before, which then samples and exports. The same object where there is none,
 * or the options say otherwise.
 */
export function joinedOptions(options: ObserveOptions): ObserveOptions {
  const other = otherProvider()
  const { traces } = options
  if (other === undefined || traces === false || traces?.provider !== undefined) return options
  return { ...options, traces: { ...traces, provider: other.provider } }
}

/**
 * Makes `instance` the one of the process and hands its providers to OpenTelemetry's API.
 *
 * @param isJoined whether its spans go through a provider that was registered before, without the user's word
 */
export function install(instance: ObserveInstance, where: string, isJoined = false): void {
  const { tracer, meter, propagation: wanted } = instance.providers
  const joined = tracer && new JoinedProvider(tracer)
  const other = otherProvider()
  const propagators: TextMapPropagator[] = []
  if (wanted.traceContext) propagators.push(traceContextPropagator)
  if (wanted.formats.length > 0) propagators.push(headerPropagator(wanted.formats))
  if (wanted.baggage) propagators.push(new W3CBaggagePropagator())
  const isOwn = {
    context: replaceContextManager(),
    propagation: isFree('propagation') && propagation.setGlobalPropagator(new CompositePropagator({ propagators })),
    trace: joined === undefined || other !== undefined ? undefined : trace.setGlobalTracerProvider(joined),
    metrics: meter === undefined ? undefined : isFree('metrics') && metrics.setGlobalMeterProvider(meter),
    logs: isFree('logs') && logs.setGlobalLoggerProvider(new LogProvider(instance.log)),
  }
  if (joined !== undefined) other?.proxy.setDelegate(joined)
  setDiagnostics(instance)
  registry[KEY] = {
    instance,
    where,
    unregister() {
      context.disable()
      if (isOwn.propagation) propagation.disable()
      if (isOwn.trace) trace.disable()
      other?.proxy.setDelegate(other.provider)
      if (isOwn.metrics) metrics.disable()
      if (isOwn.logs) logs.disable()
      diag.disable()
    },
  }
  if (isJoined || Object.values(isOwn).includes(false)) {
    instance.log.warn(
      'OpenTelemetry globals were registered before observe(): spans go through the TracerProvider that was, and metrics made through its ' +
        'API to the other readers. Call observe() first, or remove the other registration.',
    )
  }
}

/** The TracerProvider that an SDK has registered, and what of the API hands it out; `undefined` where there is none. */
function otherProvider(): { provider: TracerProvider; proxy: ProxyTracerProvider } | undefined {
  if (isFree('trace')) return undefined
  const proxy = trace.getTracerProvider()
  // Of another copy of the API its class is another one.
  return 'setDelegate' in proxy && 'getDelegate' in proxy
    ? { proxy: proxy as ProxyTracerProvider, provider: (proxy as ProxyTracerProvider).getDelegate() }
    : undefined
}

/** Where every copy of the API keeps what is registered. */
const API = Symbol.for('opentelemetry.js.api.1')

/** The API itself writes a stack into the diagnostics of the SDK where something is registered twice. */
function isFree(kind: 'trace' | 'metrics' | 'propagation' | 'logs'): boolean {
  return (globalThis as { [API]?: Record<string, unknown> })[API]?.[kind] === undefined
}

export function uninstall(instance: ObserveInstance): void {
  const installed = registry[KEY]
  if (installed?.instance !== instance) return
  registry[KEY] = undefined
  installed.unregister()
}

/** Any other manager has a storage of its own; with two at once, each would hold half of the contexts. */
function replaceContextManager(): boolean {
  context.disable()
  return context.setGlobalContextManager(contextManager)
}
