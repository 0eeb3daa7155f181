/**
 * Every setting as it is in force, and what set it. Options given in code are not seen here: they win over all of it.
 */

import type { Settings } from '../settings/options.ts'
import { type OtlpSettings, shownUrl } from '../settings/otlp-settings.ts'
import { SUPPORTED_VARIABLES, unsupportedVariables, type Variable } from '../settings/variables.ts'
import { type CheckResult, type Fact, note, problem, type Section, warning } from './results.ts'

/** The nearest package.json. */
export interface OwnPackage {
  path?: string
  name?: string
  version?: string
}

const IN_CODE = 'default, code alone sets it'

export function configuration(settings: Settings, env: NodeJS.ProcessEnv, own: OwnPackage): Section {
  const facts = new Facts(env, settings.warnings)
  const { service, version, environment, log, traces, metrics, admin, propagation, logDelivery } = settings
  const file = own.path
  facts.add('service', service, ['OTEL_SERVICE_NAME', resource('service.name')], own.name && file)
  facts.add('version', version, [resource('service.version')], own.version && file)
  facts.add('environment', environment, [resource('deployment.environment.name')])
  facts.add('log.level', log.level, ['LOG_LEVEL'])
  facts.add('log.redact', 'secrets by default', [], IN_CODE)
  facts.add('log lines', logDelivery === undefined ? 'standard output' : 'standard output and OTLP', [
    'OTEL_LOGS_EXPORTER',
  ])
  if (logDelivery) facts.addDelivery('LOGS', 'BLRP', logDelivery)
  facts.add('traces', traces === undefined ? 'off' : 'on', ['OTEL_SDK_DISABLED'])
  if (traces !== undefined) {
    const { ratio, parentBased } = traces.sampling
    facts.add('traces.sampleRatio', `${ratio}${parentBased ? ", after the caller's decision" : ''}`, [
      'OTEL_TRACES_SAMPLER_ARG',
      'OTEL_TRACES_SAMPLER',
    ])
    facts.add('traces.trustIncoming', String(traces.trustIncoming), [], IN_CODE)
    facts.add(
      'propagators',
      Object.entries(propagation)
        .filter(([, on]) => on)
        .map(([name]) => name)
        .join(', ') || 'none',
      ['OTEL_PROPAGATORS'],
    )
    facts.add('spans', traces.delivery === undefined ? 'not sent' : 'OTLP', ['OTEL_TRACES_EXPORTER'])
    if (traces.delivery) facts.addDelivery('TRACES', 'BSP', traces.delivery)
  }
  const exposed = metrics?.push === undefined ? '/metrics' : '/metrics and OTLP'
  facts.add('metrics', metrics === undefined ? 'off' : exposed, ['OTEL_METRICS_EXPORTER', 'OTEL_SDK_DISABLED'])
  if (metrics !== undefined) {
    facts.add('metrics.maxSeries', String(metrics.maxSeries), [], IN_CODE)
    facts.add('metrics.buckets', metrics.buckets.join(' '), [], IN_CODE)
    if (metrics.push) {
      facts.addDelivery('METRICS', undefined, metrics.push)
      facts.add('metrics, every', `${metrics.push.intervalMs} ms`, ['OTEL_METRIC_EXPORT_INTERVAL'])
    }
  }
  facts.add('admin.host', admin?.host, ['OTEL_EXPORTER_PROMETHEUS_HOST'])
  facts.add('admin.port', admin && String(admin.port), ['OTEL_EXPORTER_PROMETHEUS_PORT'])
  return {
    title: 'Configuration, before options in code',
    facts: facts.all,
    results: complaints(settings.warnings, env),
  }
}

/** A variable, or an attribute in OTEL_RESOURCE_ATTRIBUTES. */
type Source = Variable | { attribute: string }

function resource(attribute: string): Source {
  return { attribute }
}

class Facts {
  readonly all: Fact[] = []
  readonly #env: NodeJS.ProcessEnv
  readonly #warnings: readonly string[]

  constructor(env: NodeJS.ProcessEnv, warnings: readonly string[]) {
    this.#env = env
    this.#warnings = warnings
  }

  add(name: string, value: string | undefined, sources: Source[], otherwise = 'default'): void {
    const origin = sources.map((source) => this.#origin(source)).find((found) => found !== undefined)
    this.all.push({ name, value: value ?? 'none', origin: origin ?? otherwise })
  }

  addDelivery(
    signal: 'TRACES' | 'METRICS' | 'LOGS',
    processor: 'BSP' | 'BLRP' | undefined,
    delivery: OtlpSettings,
  ): void {
    const { endpoint, limits } = delivery
    const add = (name: string, value: string, kind: 'ENDPOINT' | 'HEADERS' | 'TIMEOUT' | 'COMPRESSION') =>
      this.add(`  ${name}`, value, [`OTEL_EXPORTER_OTLP_${signal}_${kind}`, `OTEL_EXPORTER_OTLP_${kind}`])
    add('endpoint', shownUrl(endpoint), 'ENDPOINT')
    // Their values are secrets.
    add('headers', Object.keys(endpoint.headers).join(', ') || 'none', 'HEADERS')
    add('timeout', `${endpoint.timeoutMs} ms`, 'TIMEOUT')
    add('compression', endpoint.gzip ? 'gzip' : 'none', 'COMPRESSION')
    if (processor === undefined) return
    this.add('  queue', `${limits.maxQueue} records`, [`OTEL_${processor}_MAX_QUEUE_SIZE`])
    this.add('  batch', `${limits.maxBatch} records`, [`OTEL_${processor}_MAX_EXPORT_BATCH_SIZE`])
    this.add('  delay', `${limits.delayMs} ms`, [`OTEL_${processor}_SCHEDULE_DELAY`])
  }

  #origin(source: Source): string | undefined {
    if (typeof source === 'object') {
      const given = this.#env.OTEL_RESOURCE_ATTRIBUTES ?? ''
      const names = given.split(',').map((pair) => pair.split('=', 1)[0]?.trim())
      return names.includes(source.attribute) ? `${source.attribute} in OTEL_RESOURCE_ATTRIBUTES` : undefined
    }
    if ((this.#env[source] ?? '').trim() === '') return undefined
    const misunderstood = this.#warnings.some((text) => text.startsWith(`${source}=`))
    return misunderstood ? `default, for ${source} is not understood` : source
  }
}

/** What is set and not understood, and what is set and not read. */
function complaints(warnings: readonly string[], env: NodeJS.ProcessEnv): CheckResult[] {
  const known = new Set<string>([...SUPPORTED_VARIABLES, ...Object.keys(unsupportedVariables)])
  const unread = Object.keys(env).filter((name) => name.startsWith('OTEL_') && !known.has(name))
  return [
    ...[...new Set(warnings)].map((text) => problem(text, 'Correct the variable, or remove it.')),
    ...unread.sort().map((name) => warning(`${name} is set, but @lab/observe does not read it`, adviceOn(name))),
    note('options in code win over these, and cannot be seen from outside'),
  ]
}

function adviceOn(name: string): string {
  const close = SUPPORTED_VARIABLES.find((known) => distance(known, name) <= 2)
  if (close !== undefined) return `Did you mean ${close}?`
  return 'Remove it, or see the list of variables in the README.'
}

/** Levenshtein's distance of two names. */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= right.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1)
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[right.length] ?? 0
}
