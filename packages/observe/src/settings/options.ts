/**
 * Every setting with its default: code first, then the environment, then the default. The only reader of
 * `process.env`. An option that is not valid throws at start-up; a variable that is not valid is a warning.
 */
import type { Attributes } from '@opentelemetry/api'
import { HTTP_BUCKETS, KNOWN_METHODS, resourceAttribute } from '../conventions/names.ts'
import type { MetricOptions, ObserveOptions, TraceOptions } from '../types.ts'
import { checkBuckets } from './buckets.ts'
import { check } from './check.ts'
import { isHttpUrl } from './endpoint-url.ts'
import { Environment } from './environment.ts'
import { checkLabels } from './labels.ts'
import { serviceProgram } from './launchers.ts'
import { type LogLimits, logLimitsOf } from './log-limits.ts'
import { type LogSettings, resolveLog } from './log-settings.ts'
import { DEFAULT_DELAY_MS, DEFAULT_QUEUE, endpointOf, limitsOf } from './otlp-endpoint.ts'
import type { OtlpSettings, PushSettings } from './otlp-settings.ts'
import { ignoredPaths } from './paths.ts'
import { type Propagation, propagationOf } from './propagation.ts'
import { packageJson, resourceOf } from './resource.ts'
import type { SamplingRule } from './sampling-rule.ts'
import { type SpanLimits, spanLimitsOf } from './span-limits.ts'

/** The options in force. */
export interface Settings {
  service: string
  version: string | undefined
  environment: string | undefined
  resource: Attributes
  log: LogSettings
  /** Where log lines go, in addition to standard output. */
  logDelivery: OtlpSettings | undefined
  logLimits: LogLimits
  traces: TraceSettings | undefined
  metrics: MetricSettings | undefined
  admin: { host: string; port: number } | undefined
  ignore: (path: string) => boolean
  propagation: Propagation
  /** Methods that may be the value of a label, in place of the known ones. */
  methods: ReadonlySet<string>
  /** Least level of OpenTelemetry's own diagnostics in the log; undefined where only its errors are of interest. */
  diagnostics: DiagnosticLevel | undefined
  warnings: string[]
}

const DIAGNOSTIC_LEVELS = ['none', 'error', 'warn', 'info', 'debug', 'verbose', 'all'] as const
export type DiagnosticLevel = (typeof DIAGNOSTIC_LEVELS)[number]

export interface MetricSettings {
  buckets: number[]
  maxSeries: number
  push: PushSettings | undefined
  /** Whether measurements in a sampled span become exemplars. */
  exemplars: boolean
  /** Of each series in /metrics. */
  labels: Record<string, string>
}

export interface TraceSettings {
  sampling: SamplingRule
  limits: SpanLimits
  provider: TraceOptions['provider']
  trustIncoming: boolean
  delivery: OtlpSettings | undefined
}

const DEFAULT_PORT = 9464
/** Most series of one instrument. */
export const DEFAULT_MAX_SERIES = 2000
const DEFAULT_INTERVAL_MS = 60_000

const optionNames: Record<string, readonly string[]> = {
  '': ['service', 'version', 'environment', 'log', 'traces', 'metrics', 'admin', 'ignore'],
  log: ['level', 'redact', 'destination', 'requests', 'slowMs', 'quiet'],
  traces: ['endpoint', 'sampleRatio', 'provider', 'trustIncoming'],
  metrics: ['buckets', 'maxSeries', 'labels'],
  admin: ['port', 'host'],
}

/** For the doctor, which looks for variables that no option reads. */
export function environmentOfProcess(): NodeJS.ProcessEnv {
  return process.env
}

/** Resolves the options. Throws a TypeError or RangeError that names the option, the value and what is expected. */
export function resolveOptions(
  options: ObserveOptions,
  values: NodeJS.ProcessEnv = process.env,
  program = process.argv[1],
): Settings {
  checkNames(options)
  const env = new Environment(values)
  const { disabled } = env
  const own = packageJson(serviceProgram(program, values))
  const attributes = env.resourceAttributes
  const service =
    options.service ??
    env.text('OTEL_SERVICE_NAME') ??
    attributes[resourceAttribute.service] ??
    own.name ??
    'unknown_service:node'
  check(service !== '', 'service', service, 'a name, such as "orders"')
  const version = options.version ?? attributes[resourceAttribute.version] ?? own.version
  const environment = options.environment ?? attributes[resourceAttribute.environment]
  return {
    service,
    version,
    environment,
    resource: resourceOf(attributes, service, version, environment),
    log: resolveLog(options.log ?? {}, env),
    logDelivery: disabled ? undefined : resolveLogDelivery(env),
    logLimits: logLimitsOf(env),
    traces: disabled || options.traces === false ? undefined : resolveTraces(options.traces ?? {}, env),
    metrics: disabled || options.metrics === false ? undefined : resolveMetrics(options.metrics ?? {}, env),
    admin: disabled || options.admin === false ? undefined : resolveAdmin(options.admin ?? {}, env),
    ignore: ignoredPaths(options.ignore, env),
    propagation: propagationOf(env),
    methods: new Set(env.list('OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS') ?? KNOWN_METHODS),
    diagnostics: resolveDiagnostics(env),
    warnings: [...env.warnings],
  }
}

function resolveLogDelivery(env: Environment): OtlpSettings | undefined {
  if (env.choice('OTEL_LOGS_EXPORTER', ['otlp', 'console', 'none'], 'none') !== 'otlp') return undefined
  return { endpoint: endpointOf(env, 'LOGS'), limits: limitsOf(env, 'BLRP') }
}

function resolveTraces(traces: TraceOptions, env: Environment): TraceSettings | undefined {
  const { endpoint, sampleRatio, provider, trustIncoming = true } = traces
  const exported = endpoint !== undefined || env.choice('OTEL_TRACES_EXPORTER', ['otlp', 'none'], 'otlp') === 'otlp'
  if (endpoint !== undefined) check(isHttpUrl(endpoint), 'traces.endpoint', endpoint, 'a URL with http or https')
  const sampling = env.sampling
  if (sampleRatio !== undefined) {
    check(sampleRatio >= 0 && sampleRatio <= 1, 'traces.sampleRatio', sampleRatio, 'a number from 0 to 1')
    sampling.ratio = sampleRatio
  }
  const delivery = { endpoint: endpointOf(env, 'TRACES', endpoint), limits: limitsOf(env, 'BSP') }
  const limits = spanLimitsOf(env)
  return {
    sampling,
    limits,
    provider,
    trustIncoming,
    delivery: exported && provider === undefined ? delivery : undefined,
  }
}

function resolveMetrics(metrics: MetricOptions, env: Environment): Settings['metrics'] {
  const exporters = env.choices('OTEL_METRICS_EXPORTER', ['prometheus', 'otlp'], 'prometheus')
  if (exporters.size === 0) return undefined
  const { buckets = HTTP_BUCKETS, maxSeries = DEFAULT_MAX_SERIES, labels = {} } = metrics
  checkBuckets(buckets, 'metrics.buckets')
  checkLabels(labels)
  check(Number.isInteger(maxSeries) && maxSeries > 0, 'metrics.maxSeries', maxSeries, 'a whole number above 0')
  const push = exporters.has('otlp')
    ? {
        endpoint: endpointOf(env, 'METRICS'),
        // Each collection is one batch; a queue that waits for the endpoint is counted in points.
        limits: { maxQueue: DEFAULT_QUEUE, maxBatch: 1, delayMs: DEFAULT_DELAY_MS },
        intervalMs: env.number('OTEL_METRIC_EXPORT_INTERVAL', 100, 3_600_000, DEFAULT_INTERVAL_MS),
      }
    : undefined
  // Values of these two that we do not have are warned about.
  env.choice('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', ['cumulative'], 'cumulative')
  const aggregations = ['explicit_bucket_histogram'] as const
  env.choice('OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION', aggregations, 'explicit_bucket_histogram')
  const filter = env.choice('OTEL_METRICS_EXEMPLAR_FILTER', ['trace_based', 'always_off'], 'trace_based')
  return {
    buckets,
    maxSeries,
    push,
    exemplars: filter === 'trace_based',
    labels,
  }
}

function resolveAdmin(admin: { port?: number; host?: string }, env: Environment): Settings['admin'] {
  const port = admin.port ?? env.number('OTEL_EXPORTER_PROMETHEUS_PORT', 0, 65_535, DEFAULT_PORT)
  check(Number.isInteger(port) && port >= 0 && port <= 65_535, 'admin.port', port, 'a port from 0 to 65535')
  return { port, host: admin.host ?? env.text('OTEL_EXPORTER_PROMETHEUS_HOST') ?? 'localhost' }
}

function resolveDiagnostics(env: Environment): DiagnosticLevel | undefined {
  if (env.text('OTEL_LOG_LEVEL') === undefined) return undefined
  return env.choice('OTEL_LOG_LEVEL', DIAGNOSTIC_LEVELS, 'info')
}

function checkNames(options: ObserveOptions): void {
  for (const [group, known] of Object.entries(optionNames)) {
    const given: unknown = group === '' ? options : options[group as keyof ObserveOptions]
    if (typeof given !== 'object' || given === null) continue
    for (const name of Object.keys(given)) {
      if (known.includes(name)) continue
      const path = group === '' ? name : `${group}.${name}`
      throw new TypeError(`there is no option "${path}"; known here: ${known.join(', ')}`)
    }
  }
}
