/**
 * Other packages that register OpenTelemetry's globals or patch modules, by what is installed and what Node preloads.
 */
import type { Manifest, Package } from './dependencies.ts'
import { type CheckResult, note, ok, problem, type Section, warning } from './results.ts'

/** Packages that register OpenTelemetry's globals, or patch modules for the same purpose. */
const AGENTS = new Map([
  ['@appsignal/nodejs', 'AppSignal'],
  ['@azure/monitor-opentelemetry', 'Azure Monitor'],
  ['@elastic/opentelemetry-node', 'Elastic'],
  ['@google-cloud/trace-agent', 'Google Cloud Trace'],
  ['@honeycombio/opentelemetry-node', 'Honeycomb'],
  ['@opentelemetry/auto-instrumentations-node', 'OpenTelemetry'],
  ['@opentelemetry/sdk-node', 'OpenTelemetry'],
  ['@sentry/node', 'Sentry'],
  ['@splunk/otel', 'Splunk'],
  ['@vercel/otel', 'Vercel'],
  ['applicationinsights', 'Application Insights'],
  ['dd-trace', 'Datadog'],
  ['elastic-apm-node', 'Elastic'],
  ['newrelic', 'New Relic'],
])

/** Where the API's copies keep what is registered (global-utils.ts of @opentelemetry/api), and `observe()` its instance. */
const API = Symbol.for('opentelemetry.js.api.1')
const OWN = Symbol.for('@lab/observe.installed')

interface Globals {
  [API]?: Record<string, unknown>
  [OWN]?: unknown
}

const SIDE_BY_SIDE =
  'Keep one of the two. The first to register keeps the providers; to stay with the other, hand its TracerProvider to observe({ traces: { provider } }).'

/** Packages that could be registered, or are. */
export function others(packages: readonly Package[], manifest: Manifest, nodeOptions: string): Section {
  const results: CheckResult[] = []
  for (const { name, version, requiredBy } of packages) {
    const vendor = AGENTS.get(name)
    if (vendor === undefined) continue
    results.push(warning(`${name} ${version} (${vendor}) is installed, for ${requiredBy.join(', ')}`, SIDE_BY_SIDE))
  }
  for (const [where, options] of preloading(manifest, nodeOptions)) {
    for (const module of preloaded(options)) {
      const agent = [...AGENTS.keys()].find((name) => module === name || module.startsWith(`${name}/`))
      if (agent !== undefined) results.push(problem(`${where} loads ${module} before the program`, SIDE_BY_SIDE))
      else results.push(note(`${where} loads ${module} before the program`))
    }
  }
  results.push(...registered())
  return { title: 'Others', results: results.length === 0 ? [ok('no other package registers globals')] : results }
}

/** NODE_OPTIONS hold for the doctor, too: what they load has registered itself here. */
function registered(): CheckResult[] {
  const { [OWN]: own, [API]: globals } = globalThis as Globals
  if (own !== undefined) return [ok('NODE_OPTIONS load @lab/observe/auto: no code is needed')]
  const kinds = ['trace', 'metrics', 'context', 'propagation'].filter((kind) => globals?.[kind] !== undefined)
  if (globals === undefined || kinds.length === 0) return []
  const text = `what NODE_OPTIONS load has registered OpenTelemetry's globals (API ${globals.version}): ${kinds.join(', ')}`
  return [problem(text, SIDE_BY_SIDE)]
}

function preloading({ scripts = {} }: Manifest, nodeOptions: string): [string, string][] {
  const named = Object.entries(scripts).map(([name, script]): [string, string] => [`the script "${name}"`, script])
  return [['NODE_OPTIONS', nodeOptions], ...named]
}

/** What `--import`, `--require`, `-r` and the loader options name. */
function preloaded(options: string): string[] {
  const flags = /(?:^|\s|["'])(?:--import|--require|-r|--loader|--experimental-loader)(?:=|\s+)["']?([^\s"']+)/g
  return Array.from(options.matchAll(flags), ([, module = '']) => module)
}
