/**
 * Where a signal goes by OTLP, and with which headers, time-out and certificates: the variable of the signal before the common
 * one (https://opentelemetry.io/docs/specs/otel/protocol/exporter/).
 */
import { readFileSync } from 'node:fs'
import { isHttpUrl, type Signal, signalUrl } from './endpoint-url.ts'
import type { Environment } from './environment.ts'
import type { Endpoint, QueueLimits } from './otlp-settings.ts'
import type { Variable } from './variables.ts'

type PemFile = 'CERTIFICATE' | 'CLIENT_CERTIFICATE' | 'CLIENT_KEY'

const DEFAULT_ENDPOINT = 'http://localhost:4318'
const DEFAULT_TIMEOUT_MS = 10_000
const DEFAULT_EXPORT_TIMEOUT_MS = 30_000
/** At 5,000 spans a second OpenTelemetry's 2048 are full in 0.4 s, these in 13 s. */
export const DEFAULT_QUEUE = 65_536
const DEFAULT_BATCH = 512
export const DEFAULT_DELAY_MS = 1000

/** The time-out of an export as a whole, by signal. */
const exportTimeouts = {
  TRACES: 'OTEL_BSP_EXPORT_TIMEOUT',
  METRICS: 'OTEL_METRIC_EXPORT_TIMEOUT',
  LOGS: 'OTEL_BLRP_EXPORT_TIMEOUT',
} as const

/** @param base an endpoint from code, which wins */
export function endpointOf(env: Environment, signal: Signal, base?: string): Endpoint {
  const protocols = ['http/protobuf'] as const
  env.choice('OTEL_EXPORTER_OTLP_PROTOCOL', protocols, 'http/protobuf')
  env.choice(`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`, protocols, 'http/protobuf')
  const compressions = ['none', 'gzip'] as const
  const common = env.choice('OTEL_EXPORTER_OTLP_COMPRESSION', compressions, 'none')
  const timeout = env.timeout('OTEL_EXPORTER_OTLP_TIMEOUT', DEFAULT_TIMEOUT_MS)
  const tls = tlsOf(env, signal)
  const { proxyEnv } = env
  return {
    url: urlOf(env, signal, base),
    headers: {
      ...env.pairs('OTEL_EXPORTER_OTLP_HEADERS', decoded),
      ...env.pairs(`OTEL_EXPORTER_OTLP_${signal}_HEADERS`, decoded),
    },
    // An export is one request; its retries are bounded by the queue.
    timeoutMs: Math.min(
      env.timeout(`OTEL_EXPORTER_OTLP_${signal}_TIMEOUT`, timeout),
      env.timeout(exportTimeouts[signal], DEFAULT_EXPORT_TIMEOUT_MS),
    ),
    gzip: env.choice(`OTEL_EXPORTER_OTLP_${signal}_COMPRESSION`, compressions, common) === 'gzip',
    ...(tls && { tls }),
    ...(proxyEnv && { proxyEnv }),
  }
}

export function limitsOf(env: Environment, processor: 'BSP' | 'BLRP'): QueueLimits {
  const maxQueue = env.number(`OTEL_${processor}_MAX_QUEUE_SIZE`, 1, 10_000_000, DEFAULT_QUEUE)
  return {
    maxQueue,
    maxBatch: Math.min(env.number(`OTEL_${processor}_MAX_EXPORT_BATCH_SIZE`, 1, 100_000, DEFAULT_BATCH), maxQueue),
    delayMs: env.number(`OTEL_${processor}_SCHEDULE_DELAY`, 1, 3_600_000, DEFAULT_DELAY_MS),
  }
}

/** A signal's own endpoint is taken as it is, the common one gets the signal's path (OTLP exporter specification). */
function urlOf(env: Environment, signal: Signal, base: string | undefined): string {
  if (base !== undefined) return signalUrl(base, signal)
  const own: Variable = `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`
  const ownText = env.text(own)
  if (ownText !== undefined) {
    if (isHttpUrl(ownText)) return ownText
    env.warn(own, ownText, DEFAULT_ENDPOINT, 'a URL such as http://localhost:4318/v1/traces')
  }
  const common = env.text('OTEL_EXPORTER_OTLP_ENDPOINT') ?? DEFAULT_ENDPOINT
  if (isHttpUrl(common)) return signalUrl(common, signal)
  const fallback = env.warn('OTEL_EXPORTER_OTLP_ENDPOINT', common, DEFAULT_ENDPOINT, 'a URL with http or https')
  return signalUrl(fallback, signal)
}

/** PEM files: the authority to trust, and the certificate and key of this client. */
function tlsOf(env: Environment, signal: Signal): Endpoint['tls'] {
  const ca = pemOf(env, signal, 'CERTIFICATE')
  const cert = pemOf(env, signal, 'CLIENT_CERTIFICATE')
  const key = pemOf(env, signal, 'CLIENT_KEY')
  if (ca === undefined && cert === undefined && key === undefined) return undefined
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
}

function pemOf(env: Environment, signal: Signal, file: PemFile): string | undefined {
  const own: Variable = `OTEL_EXPORTER_OTLP_${signal}_${file}`
  const name: Variable = env.text(own) === undefined ? `OTEL_EXPORTER_OTLP_${file}` : own
  const path = env.text(name)
  if (path === undefined) return undefined
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    env.warnings.add(`${name}=${path} cannot be read (${code}); it is left out`)
    return undefined
  }
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
