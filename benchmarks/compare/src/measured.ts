/**
 * The measures of a run that are compared, one value each.
 */
import type { KeptRun } from '@lab/bench-k6/folder'

export interface Measured {
  readonly name: string
  readonly unit: string
  readonly value: number
}

/** In the order in which they are printed. A measure that a run does not have is left out. */
export function measuredOf({ run, client, server }: KeptRun): Measured[] {
  const { total, byName } = client
  const cpu = cpuSeconds(server)
  return [
    { name: 'p50', unit: 'ms', value: total.p50 },
    { name: 'p95', unit: 'ms', value: total.p95 },
    { name: 'p99', unit: 'ms', value: total.p99 },
    ...Object.entries(byName)
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([name, stats]) => ({ name: `p95 of ${name}`, unit: 'ms', value: stats.p95 })),
    { name: 'requests', unit: '/s', value: total.count / run.took },
    { name: 'failed', unit: '%', value: (100 * total.failed) / Math.max(1, total.count) },
    { name: 'dropped arrivals', unit: '', value: total.dropped },
    ...(cpu === undefined
      ? []
      : [{ name: 'CPU by request', unit: 'ms', value: (1000 * cpu) / Math.max(1, total.count) }]),
    ...meanOf(server, 'database operations by request'),
    ...meanOf(server, 'calls by request', 'orders'),
    ...growthOf(server, 'heap used', 'inventory'),
    ...meanOf(server, 'event loop delay max'),
    ...meanOf(server, 'waiting for a connection'),
  ]
}

/** CPU time of all services together. */
function cpuSeconds({ measures, step }: KeptRun['server']): number | undefined {
  const cpu = measures.find(({ name }) => name === 'CPU')
  return cpu?.series.flatMap(({ values }) => values).reduce<number>((sum, value) => sum + (value ?? 0) * step, 0)
}

/** The mean over time of a service, by default of the one that has most of it. */
function meanOf(server: KeptRun['server'], name: string, service?: string): Measured[] {
  const measure = server.measures.find((one) => one.name === name)
  const series = measure?.series.filter((one) => service === undefined || one.service === service) ?? []
  if (!measure || series.length === 0) return []
  const means = series.map(({ values }) => {
    const known = values.filter((value) => value !== null)
    return known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length)
  })
  return [{ name, unit: measure.unit, value: Math.max(...means) }]
}

/** How much a measure of a service grows in a minute: the least value of the second half less that of the first, since garbage comes and goes in between. */
function growthOf({ measures, step }: KeptRun['server'], name: string, service: string): Measured[] {
  const measure = measures.find((one) => one.name === name)
  const values = measure?.series.find((one) => one.service === service)?.values.filter((value) => value !== null) ?? []
  const half = Math.floor(values.length / 2)
  if (!measure || half < 1) return []
  const growth = Math.min(...values.slice(-half)) - Math.min(...values.slice(0, half))
  return [{ name: 'heap growth', unit: `${measure.unit}/min`, value: (growth * 60) / (step * (values.length - half)) }]
}
