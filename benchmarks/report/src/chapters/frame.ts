/**
 * The chapters around the measurements: what was built, the method and the machine, cost of observation, capacity, limits.
 */

import type { KeptRun } from '@lab/bench-k6/folder'
import { objectives } from '@lab/bench-k6/objectives'
import { type Fit, fitUsl, type Knee, kneeOf, loadsOf, throughputAt } from '../capacity.ts'
import { fitted } from '../chart.ts'
import type { Document } from '../document.ts'
import { fileOf, type Inputs } from '../inputs.ts'
import { figure, joined, percent } from '../words.ts'

export function builtChapter(document: Document, inputs: Inputs): void {
  document.heading(2, 'What was built, and why')
  document.text(
    'A library that makes a Node.js service observable (`@lab/observe`: traces, metrics and logs from one source), a console, dashboards and alerts as code, and a shop of five services that uses them. ' +
      'The shop is loaded until it gives way, what gives way is found in its own telemetry, adjusted, and measured again.',
  )
  const path = [...inputs.scenarios, ...[...inputs.sides.values()].flat()]
    .flatMap(({ requests }) => requests.usual)
    .find(({ criticalPath }) => criticalPath && criticalPath.length > 3)
  if (path?.criticalPath) {
    document.text(
      `An order goes through ${joined([...new Set(path.criticalPath.map(({ service }) => service))])}; a usual one took ${figure(path.ms, 'ms')} and ${path.spans} spans:`,
    )
    document.table(
      ['service', 'span', 'time', 'share'],
      path.criticalPath
        .slice(0, 12)
        .map(({ service, what, ms, share }) => [service, what, figure(ms, 'ms'), percent(share)]),
    )
  }
}

export function methodChapter(document: Document, runs: readonly KeptRun[]): void {
  document.heading(2, 'Method and machine')
  document.text(
    'Load comes from k6 as an open model: shoppers arrive at a rate, however slow the shop is, and an arrival that finds no free virtual user is counted. Percentiles are exact, from every request. ' +
      'Services are measured by their own metrics. k6, the shop, PostgreSQL and the backends share one machine, so that k6 takes part of what the shop could use.',
  )
  const machines = new Map(runs.map(({ run }) => [run.machine.fingerprint, run.machine]))
  const versions = new Map(
    runs.flatMap(({ run }) =>
      Object.entries(run.versions).map(([name, version]) => [`${name} ${version}`, true] as const),
    ),
  )
  document.list([
    ...[...machines.values()].map(
      ({ cpu, cores, gigabytes, system }) => `${cpu}, ${cores} cores, ${gigabytes} GB, ${system}`,
    ),
    `${[...versions.keys()].join(', ')}; commits ${[...new Set(runs.map(({ run }) => `${run.commit ?? 'unknown'}${run.changed ? ' with changes' : ''}`))].join(', ')}`,
    `measured ${[...new Set(runs.map(({ run }) => run.startedAt.slice(0, 10)))].join(', ')}`,
  ])
}

export function objectivesChapter(document: Document, runs: readonly KeptRun[]): void {
  document.heading(2, 'Objectives and error budget')
  document.text(
    `The objectives of the mixin: ${percent(objectives.availability)} of the requests without an error, ${percent(objectives.latency.share)} within ${figure(objectives.latency.seconds * 1000, 'ms')}.`,
  )
  document.table(
    ['run', 'without error', 'p99', 'budget of errors used', 'alerts'],
    runs.map(({ run, client, server }) => {
      const failed = client.total.failed / Math.max(1, client.total.count)
      const firing = [
        ...new Set(
          server.alerts.filter(({ state }) => state === 'firing').map(({ name, service }) => `${name} (${service})`),
        ),
      ]
      return [
        run.scenario,
        percent(1 - failed),
        figure(client.total.p99, 'ms'),
        percent(failed / (1 - objectives.availability)),
        firing.join(', ') || 'none',
      ]
    }),
  )
}

export interface Capacity {
  kept: KeptRun
  fit: Fit | undefined
  knee: Knee | undefined
}

export function capacityOf(runs: readonly KeptRun[]): Capacity | undefined {
  const kept = runs.findLast(({ run }) => run.scenario === 'stress')
  if (!kept) return undefined
  const within = { ms: objectives.latency.seconds * 1000, failed: 1 - objectives.availability }
  return { kept, fit: fitUsl(loadsOf(kept.client)), knee: kneeOf(kept.client, within) }
}

export async function capacityChapter(document: Document, capacity: Capacity | undefined): Promise<void> {
  document.heading(2, 'Capacity')
  if (!capacity) {
    document.missing('a run of stress', '`pnpm bench k6 stress` makes one.')
    return
  }
  const { kept, fit, knee } = capacity
  document.text(
    knee
      ? `The knee is at **${figure(knee.throughput, 'requests/s')}**, in second ${figure(knee.at)} of the stress run: in the next step ${knee.reason}.`
      : 'The objectives held in every step of the stress run, or broke in the first: the knee is not in it. Another `--rate` may have it.',
  )
  if (!fit) {
    document.missing('a fit of the Universal Scalability Law', 'It takes six steps in which requests were answered.')
    return
  }
  const loads = loadsOf(kept.client)
  const most = Math.max(...loads.map(({ concurrency }) => concurrency))
  const curve = Array.from({ length: 60 }, (_, index) => ((index + 1) / 60) * most).map((x) => ({
    x,
    y: throughputAt(x, fit),
  }))
  document.figure(
    'capacity',
    await fitted(
      loads.map(({ concurrency: x, throughput: y }) => ({ x, y })),
      curve,
      'requests in the system at once',
      'requests per second',
    ),
    'Throughput against concurrency, and the Universal Scalability Law',
    fileOf(kept, 'client'),
  )
  document.text(
    `Universal Scalability Law: one request at a time gives ${figure(fit.lambda, '/s')}, contention ${fit.sigma.toPrecision(3)}, coherency ${fit.kappa.toPrecision(3)}; the points are ${percent(fit.error)} from the curve (root mean square). ` +
      `Its peak is ${figure(fit.peak.throughput, 'requests/s')}${Number.isFinite(fit.peak.concurrency) ? ` with ${figure(fit.peak.concurrency)} requests at once` : ''}. ` +
      (fit.error > 0.2
        ? 'That error is too large to say what a further core would bring.'
        : 'Past the peak more concurrency lowers throughput; a further core helps as long as CPU, not contention, is what is short.'),
  )
}

export function costChapter(document: Document, { overhead }: Inputs): void {
  document.heading(2, 'Cost of observation')
  if (!overhead) {
    document.missing('the results of the overhead benchmark', '`pnpm bench overhead` writes them.')
    return
  }
  document.figure(
    'overhead',
    overhead.svg,
    'CPU time that a request costs more than with the bare application',
    'benchmarks/overhead/overhead.svg',
  )
  document.text('The table is that of `benchmarks/overhead/README.md`:', overhead.table)
}

export function limitsChapter(document: Document, runs: readonly KeptRun[]): void {
  document.heading(2, 'Limits')
  const loads = runs.flatMap(({ server }) => server.machine.map(({ load }) => load))
  const cores = runs[0]?.run.machine.cores ?? 1
  const mean = loads.reduce((sum, load) => sum + load, 0) / Math.max(1, loads.length)
  document.list([
    'One machine: client, services and backends compete for its cores.',
    ...(mean > 2 * cores
      ? [
          `**The machine did other work meanwhile**: the mean load average was ${figure(mean)} on ${cores} cores. Latencies are those of a machine that is overcommitted, capacity is less than it would be alone, and small differences do not show.`,
        ]
      : []),
    'Lookups that stand for a grown shop are waits in the database, so they take no CPU time.',
    ...runs.flatMap(({ run }) => run.missing.map((what) => `${run.id}: ${what}.`)),
  ])
}
