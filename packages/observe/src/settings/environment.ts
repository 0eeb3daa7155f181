/**
 * The standard `OTEL_*` environment (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/),
 * read once. A value that is not valid never stops a service: a warning names the variable, the value and what is used
 * instead.
 */
import { isHttpUrl, type Signal, signalUrl } from './endpoint-url.ts'
import type { Endpoint } from './otlp-settings.ts'
import { proxyEnvOf } from './proxy.ts'
import type { SamplingRule } from './sampling-rule.ts'

/** Every variable that is read; the README's list is checked against it. */
export const SUPPORTED_VARIABLES = [
  'OTEL_SDK_DISABLED',
  'OTEL_SERVICE_NAME',
  'OTEL_RESOURCE_ATTRIBUTES',
  'OTEL_PROPAGATORS',
  'OTEL_TRACES_EXPORTER',
  'OTEL_METRICS_EXPORTER',
  'OTEL_LOGS_EXPORTER',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
  'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT',
  'OTEL_EXPORTER_OTLP_PROTOCOL',
  'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
  'OTEL_EXPORTER_OTLP_METRICS_PROTOCOL',
  'OTEL_EXPORTER_OTLP_LOGS_PROTOCOL',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
  'OTEL_EXPORTER_OTLP_METRICS_HEADERS',
  'OTEL_EXPORTER_OTLP_LOGS_HEADERS',
  'OTEL_EXPORTER_OTLP_TIMEOUT',
  'OTEL_EXPORTER_OTLP_TRACES_TIMEOUT',
  'OTEL_EXPORTER_OTLP_METRICS_TIMEOUT',
  'OTEL_EXPORTER_OTLP_LOGS_TIMEOUT',
  'OTEL_EXPORTER_OTLP_COMPRESSION',
  'OTEL_EXPORTER_OTLP_TRACES_COMPRESSION',
  'OTEL_EXPORTER_OTLP_METRICS_COMPRESSION',
  'OTEL_EXPORTER_OTLP_LOGS_COMPRESSION',
  'OTEL_METRIC_EXPORT_INTERVAL',
  'OTEL_BSP_SCHEDULE_DELAY',
  'OTEL_BSP_MAX_QUEUE_SIZE',
  'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
  'OTEL_BLRP_SCHEDULE_DELAY',
  'OTEL_BLRP_MAX_QUEUE_SIZE',
  'OTEL_BLRP_MAX_EXPORT_BATCH_SIZE',
  'OTEL_EXPORTER_PROMETHEUS_HOST',
  'OTEL_EXPORTER_PROMETHEUS_PORT',
  'LOG_LEVEL',
] as const

export type Variable = (typeof SUPPORTED_VARIABLES)[number]

const DEFAULT_ENDPOINT = 'http://localhost:4318'
const DEFAULT_TIMEOUT_MS = 10_000

export class Environment {
  readonly #values: NodeJS.ProcessEnv
  /** What an operator should correct. A set, because the common variables are read once for each signal. */
  readonly warnings = new Set<string>()

  constructor(values: NodeJS.ProcessEnv) {
    this.#values = values
  }

  /** The variable's text; an empty one counts as unset (specification, "Parsing empty value"). */
  text(name: Variable): string | undefined {
    const value = this.#values[name]?.trim()
    return value === '' ? undefined : value
  }

  /** One of `known`, in any case. */
  choice<T extends string>(name: Variable, known: readonly T[], fallback: T): T {
    const value = this.text(name)
    if (value === undefined) return fallback
    const found = known.find((choice) => choice === value.toLowerCase())
    return found ?? this.#warn(name, value, fallback, `one of ${known.join(', ')}`)
  }

  /** Some of `known`, separated by commas; `none` is the empty set. */
  choices<T extends string>(name: Variable, known: readonly T[], fallback: T): Set<T> {
    const names = (this.text(name) ?? fallback).split(',').map((part) => part.trim().toLowerCase())
    const found = known.filter((choice) => names.includes(choice))
    for (const part of names) {
      if (part === 'none' || known.some((choice) => choice === part)) continue
      this.#warn(name, part, found.join(',') || 'none', `of ${known.join(', ')}, none`)
    }
    return new Set(found)
  }

  /** A number within bounds. */
  number(name: Variable, min: number, max: number, fallback: number): number {
    const value = this.text(name)
    if (value === undefined) return fallback
    const number = Number(value)
    if (number >= min && number <= max) return number
    return this.#warn(name, value, fallback, `a number from ${min} to ${max}`)
  }

  get disabled(): boolean {
    return this.choice('OTEL_SDK_DISABLED', ['true', 'false'], 'false') === 'true'
  }

  /** `key=value,key=value`, values percent-encoded. */
  get resourceAttributes(): Record<string, string> {
    return this.#pairs('OTEL_RESOURCE_ATTRIBUTES')
  }

  get sampling(): SamplingRule {
    const names = [
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ] as const
    const name = this.choice('OTEL_TRACES_SAMPLER', names, 'parentbased_always_on')
    const parentBased = name.startsWith('parentbased_')
    if (name.endsWith('always_off')) return { ratio: 0, parentBased }
    if (name.endsWith('always_on')) return { ratio: 1, parentBased }
    return { ratio: this.number('OTEL_TRACES_SAMPLER_ARG', 0, 1, 1), parentBased }
  }

  /** Where a signal goes by OTLP; `base` is an endpoint from code, which wins. */
  endpoint(signal: Signal, base?: string): Endpoint {
    const protocols = ['http/protobuf'] as const
    this.choice('OTEL_EXPORTER_OTLP_PROTOCOL', protocols, 'http/protobuf')
    this.choice(`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`, protocols, 'http/protobuf')
    const compressions = ['none', 'gzip'] as const
    const common = this.choice('OTEL_EXPORTER_OTLP_COMPRESSION', compressions, 'none')
    const timeout = this.number('OTEL_EXPORTER_OTLP_TIMEOUT', 1, 600_000, DEFAULT_TIMEOUT_MS)
    const proxyEnv = proxyEnvOf(this.#values)
    return {
      url: this.#endpointUrl(signal, base),
      headers: {
        ...this.#pairs('OTEL_EXPORTER_OTLP_HEADERS'),
        ...this.#pairs(`OTEL_EXPORTER_OTLP_${signal}_HEADERS`),
      },
      timeoutMs: this.number(`OTEL_EXPORTER_OTLP_${signal}_TIMEOUT`, 1, 600_000, timeout),
      gzip: this.choice(`OTEL_EXPORTER_OTLP_${signal}_COMPRESSION`, compressions, common) === 'gzip',
      ...(proxyEnv && { proxyEnv }),
    }
  }

  /** A signal's own endpoint is taken as it is, the common one gets the signal's path (OTLP exporter specification). */
  #endpointUrl(signal: Signal, base: string | undefined): string {
    if (base !== undefined) return signalUrl(base, signal)
    const own: Variable = `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`
    const ownText = this.text(own)
    if (ownText !== undefined) {
      if (isHttpUrl(ownText)) return ownText
      this.#warn(own, ownText, DEFAULT_ENDPOINT, 'a URL such as http://localhost:4318/v1/traces')
    }
    const common = this.text('OTEL_EXPORTER_OTLP_ENDPOINT') ?? DEFAULT_ENDPOINT
    if (isHttpUrl(common)) return signalUrl(common, signal)
    const fallback = this.#warn('OTEL_EXPORTER_OTLP_ENDPOINT', common, DEFAULT_ENDPOINT, 'a URL with http or https')
    return signalUrl(fallback, signal)
  }

  #pairs(name: Variable): Record<string, string> {
    const pairs: Record<string, string> = {}
    for (const part of (this.text(name) ?? '').split(',')) {
      if (part.trim() === '') continue
      const at = part.indexOf('=')
      const key = part.slice(0, Math.max(at, 0)).trim()
      if (key === '') {
        // The value may be a secret, so it is not repeated.
        this.warnings.add(`${name}: an entry is not of the form key=value; it is left out`)
        continue
      }
      pairs[key] = decoded(part.slice(at + 1).trim())
    }
    return pairs
  }

  #warn<T>(name: Variable, value: string, used: T, expected: string): T {
    this.warnings.add(`${name}=${value} is not understood, ${JSON.stringify(used)} is used; expected ${expected}`)
    return used
  }
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
