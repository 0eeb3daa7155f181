/**
 * Service level objectives: the share of requests that broke a promise over several windows, what is left of the error
 * budget, and alerts for when it burns too fast.
 */

import { label, metric, recorded } from '../names.ts'
import type { Settings, Slo } from '../options.ts'
import { ofServices, oneOf } from '../selectors.ts'
import type { Alert, Example, ExpectedAlert, FiringExample, Recording, RecordingGroup, RuleSet } from './alert.ts'
import { type BurnRate, secondsOf, windowsOf } from './burn-rates.ts'

export function sloRules(settings: Settings): RuleSet {
  return {
    name: 'slo',
    about: 'Objectives: broken promises per request, error budgets, and alerts for when a budget burns too fast.',
    recordings: [requestRates(settings), ...ratios(settings), budgets(settings)],
    alerts: settings.slos.flatMap((slo) => burnAlerts(settings, slo)),
  }
}

function requestRates(settings: Settings): RecordingGroup {
  const expr = `sum by (${label.service}) (rate(${ofServices(settings, metric.requests)}[5m]))`
  return { name: 'requests', rules: [{ record: recorded.requestRate, expr }] }
}

/** Long windows change slowly and cost more, so they are evaluated less often. */
function ratios(settings: Settings): RecordingGroup[] {
  const windows = windowsOf(settings.burnRates)
  const [short, long] = [windows.filter((window) => !isLong(window)), windows.filter(isLong)]
  const rules = (some: readonly string[]) => some.flatMap((window) => settings.slos.map(ratio(settings, window)))
  return [
    { name: 'slo-ratios', rules: rules(short) },
    { name: 'slo-ratios-long', interval: '1m', rules: rules(long) },
  ].filter((group) => group.rules.length > 0)
}

function isLong(window: string): boolean {
  return secondsOf(window) > 3600
}

function ratio(settings: Settings, window: string): (slo: Slo) => Recording {
  return (slo) => ({
    record: recorded.errorRatio(window),
    labels: { slo: slo.kind },
    expr: errorRatio(settings, slo, window),
  })
}

/** Broken promises per request; nothing where there was no request, since a service without any breaks none. */
function errorRatio(settings: Settings, slo: Slo, window: string): string {
  const rate = (selected: string) => `sum by (${label.service}) (rate(${selected}[${window}]))`
  const all = rate(ofServices(settings, metric.requests))
  if (slo.kind === 'latency') {
    return `(${all} - ${rate(ofServices(settings, metric.requestBuckets, within(slo.threshold)))}) / (${all} > 0)`
  }
  // A service that never failed has no series of failures.
  return `(${rate(ofServices(settings, metric.requests, `${label.status}=~"5.."`))} or 0 * ${all}) / (${all} > 0)`
}

/** Prometheus 3 writes the boundary of one second as 1.0, Prometheus 2 as it was exposed. */
function within(threshold: number): string {
  return Number.isInteger(threshold) ? `le=~"${threshold}|${threshold}.0"` : `le="${threshold}"`
}

function budgets(settings: Settings): RecordingGroup {
  const { services, slos, budgetWindow } = settings
  return {
    name: 'slo-budgets',
    interval: '1m',
    rules: [
      ...slos.flatMap(({ kind, objective }) =>
        services.map((job) => ({
          record: recorded.objective,
          labels: { [label.service]: job, slo: kind },
          expr: `vector(${objective})`,
        })),
      ),
      ...slos.map((slo) => ({
        record: recorded.budget,
        labels: { slo: slo.kind },
        expr: `1 - (${errorRatio(settings, slo, budgetWindow)}) / ${allowed(slo)}`,
      })),
    ],
  }
}

/** The share of requests that may break the promise, without the digits that floating point adds. */
function allowed({ objective }: Slo): number {
  return Number((1 - objective).toPrecision(9))
}

const wording = {
  availability: {
    name: 'ErrorBudgetBurn',
    broken: 'are answered with a status of 500 or above',
    next: 'Find the route that fails. An exemplar leads to a failed trace.',
  },
  latency: {
    name: 'LatencyBudgetBurn',
    broken: 'take too long',
    next: 'Find the route that is slow. An exemplar leads to a slow trace, which shows what it waits for.',
  },
} as const

function burnAlerts(settings: Settings, slo: Slo): Alert[] {
  const { name, broken, next } = wording[slo.kind]
  const share = `${Number((allowed(slo) * 100).toPrecision(6))}%`
  return (['page', 'ticket'] as const).flatMap((severity): Alert[] => {
    const rates = settings.burnRates.filter((rate) => rate.severity === severity)
    if (rates.length === 0) return []
    return [
      {
        name,
        severity,
        expr: rates.map((rate) => burns(settings, slo, rate)).join('\nor\n'),
        summary: `{{ $labels.job }} burns its error budget of ${slo.kind} too fast`,
        description: `{{ $value | humanizePercentage }} of the requests to {{ $labels.job }} ${broken}; the objective allows ${share}. ${next}`,
        ...examples(settings, slo, rates, (job, failed) => ({
          labels: { slo: slo.kind },
          summary: `${job} burns its error budget of ${slo.kind} too fast`,
          description: `${failed} of the requests to ${job} ${broken}; the objective allows ${share}. ${next}`,
        })),
      },
    ]
  })
}

function burns({ services }: Settings, slo: Slo, { factor, short, long }: BurnRate): string {
  const over = (window: string) =>
    `${recorded.errorRatio(window)}{${label.service}${oneOf(services)},slo="${slo.kind}"} > ${factor} * ${allowed(slo)}`
  return `(\n  ${over(short)}\nand\n  ${over(long)}\n)`
}

/** Both have the same errors for as long as the longest of the short windows; only in one they go on. */
function examples(
  { services, burnRates }: Settings,
  slo: Slo,
  rates: readonly BurnRate[],
  expectedOf: (job: string, failed: string) => ExpectedAlert,
): { fires: FiringExample; quiet: Example } {
  const shorts = rates.map(({ short }) => secondsOf(short))
  // Small enough for every window, so that page and ticket both fire on the same errors.
  const step = Math.max(1, Math.round(Math.min(...burnRates.map(({ short }) => secondsOf(short))) / 5))
  const phase = Math.ceil((Math.max(...shorts) * 1.1) / step)
  const [job = ''] = services
  const example = { job, step: `${step}s`, at: `${2 * phase * step}s` }
  const failing = `0+60x${2 * phase}`
  const recovered = `0+60x${phase} ${60 * phase}+0x${phase - 1}`
  return {
    fires: {
      ...example,
      when: slo.kind === 'latency' ? 'every request is too slow' : 'every second request fails',
      series: broken(slo, job, failing, phase),
      expected: expectedOf(job, slo.kind === 'latency' ? '100%' : '50%'),
    },
    quiet: { ...example, when: 'that ended a short window ago', series: broken(slo, job, recovered, phase) },
  }
}

function broken(slo: Slo, job: string, values: string, phase: number): Record<string, string> {
  const requests = (status: number) => `${metric.requests}{job="${job}",http_response_status_code="${status}"}`
  const steady = `0+60x${2 * phase}`
  if (slo.kind === 'availability') return { [requests(500)]: values, [requests(200)]: steady }
  const { threshold } = slo
  const le = Number.isInteger(threshold) ? `${threshold}.0` : String(threshold)
  // What is slow is in no bucket up to the threshold, which stands still while all requests go on; or the other way round.
  const quick = values === steady ? `0+0x${2 * phase}` : `0+0x${phase} 60+60x${phase - 1}`
  return { [requests(200)]: steady, [`${metric.requestBuckets}{job="${job}",le="${le}"}`]: quick }
}
