/**
 * The one `observe()` of a process, and OpenTelemetry's globals that it installs. Kept behind `Symbol.for`, so that the
 * ESM and the CommonJS half of the package know of each other.
 */
import {
  context,
  DiagLogLevel,
  diag,
  metrics,
  ProxyTracerProvider,
  propagation,
  type TextMapPropagator,
  type TracerProvider,
  trace,
} from '@opentelemetry/api'
import { CompositePropagator, W3CBaggagePropagator } from '@opentelemetry/core'
import { contextManager } from '../context/context.ts'
import { traceContextPropagator } from '../context/tracecontext.ts'
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

/** Makes `instance` the one of the process and hands its providers to OpenTelemetry's API. */
export function install(instance: ObserveInstance, where: string): void {
  const { tracer, meter, propagation: wanted } = instance.providers
  const propagators: TextMapPropagator[] = []
  if (wanted.traceContext) propagators.push(traceContextPropagator)
  if (wanted.baggage) propagators.push(new W3CBaggagePropagator())
  setDiagnostics(instance)
  const isOwn = {
    context: replaceContextManager(),
    propagation: propagation.setGlobalPropagator(new CompositePropagator({ propagators })),
    trace: tracer === undefined || hasRegistered(tracer) ? undefined : trace.setGlobalTracerProvider(tracer),
    metrics: meter === undefined ? undefined : metrics.setGlobalMeterProvider(meter),
  }
  registry[KEY] = {
    instance,
    where,
    unregister() {
      context.disable()
      if (isOwn.propagation) propagation.disable()
      if (isOwn.trace) trace.disable()
      if (isOwn.metrics) metrics.disable()
      diag.disable()
    },
  }
  if (Object.values(isOwn).includes(false)) {
    instance.log.warn(
      'OpenTelemetry globals were registered before observe(): spans and metrics made through its API go there. ' +
        'Call observe() first, or remove the other registration.',
    )
  }
}

export function uninstall(instance: ObserveInstance): void {
  const installed = registry[KEY]
  if (installed?.instance !== instance) return
  registry[KEY] = undefined
  installed.unregister()
}

/** Whether the user has registered the provider that is given as `traces.provider`. */
function hasRegistered(provider: TracerProvider): boolean {
  const registered = trace.getTracerProvider()
  return registered instanceof ProxyTracerProvider ? registered.getDelegate() === provider : registered === provider
}

/** Any other manager has a storage of its own; with two at once, each would hold half of the contexts. */
function replaceContextManager(): boolean {
  context.disable()
  return context.setGlobalContextManager(contextManager)
}

/** `OTEL_LOG_LEVEL` shows more, or less, of OpenTelemetry's diagnostics; without it its errors alone are in the log. */
function setDiagnostics(instance: ObserveInstance): void {
  const level = instance.providers.diagnostics
  if (level === undefined) diag.setLogger(quiet(instance))
  else diag.setLogger(verbose(instance), DiagLogLevel[diagnosticLevels[level]])
}

const diagnosticLevels = {
  none: 'NONE',
  error: 'ERROR',
  warn: 'WARN',
  info: 'INFO',
  debug: 'DEBUG',
  verbose: 'VERBOSE',
  all: 'ALL',
} as const

function verbose({ log }: ObserveInstance) {
  return {
    error: (message: string) => log.error(`OpenTelemetry: ${message}`),
    warn: (message: string) => log.warn(`OpenTelemetry: ${message}`),
    info: (message: string) => log.info(`OpenTelemetry: ${message}`),
    debug: (message: string) => log.debug(`OpenTelemetry: ${message}`),
    verbose: (message: string) => log.trace(`OpenTelemetry: ${message}`),
  }
}

/** OpenTelemetry's own complaints belong in the service's log; its chatter does not. */
function quiet({ log }: ObserveInstance) {
  return {
    error: (message: string) => log.error(`OpenTelemetry: ${message}`),
    warn: (message: string) => log.debug(`OpenTelemetry: ${message}`),
    info: () => undefined,
    debug: () => undefined,
    verbose: () => undefined,
  }
}
