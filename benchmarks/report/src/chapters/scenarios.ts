/**
 * Each scenario: what was asked of the shop, how it answered, and how busy each service was meanwhile.
 */
import type { KeptRun } from '@lab/bench-k6/folder'
import type { Piece } from '@lab/bench-k6/record'
import { lines, type Point } from '../chart.ts'
import type { Document } from '../document.ts'
import { fileOf } from '../inputs.ts'
import { figure, percent } from '../words.ts'

/** Next to the latencies, in this order, where the run has them. */
const SATURATION = [
  'CPU',
  'event loop delay max',
  'heap used',
  'waiting for a connection',
  'database operations by request',
  'receipts waiting',
]

export async function scenarioChapter(document: Document, kept: KeptRun): Promise<void> {
  const { run, client } = kept
  const { total } = client
  const id = run.scenario === run.id ? run.id : `${run.scenario}${run.name ? ` (${run.name})` : ''}`
  document.heading(3, id)
  document.text(
    `${figure(total.count)} requests in ${figure(run.took, 's')}, ${figure(total.count / run.took, '/s')}: p50 ${figure(total.p50, 'ms')}, p95 ${figure(total.p95, 'ms')}, ` +
      `p99 ${figure(total.p99, 'ms')}, slowest ${figure(total.max, 'ms')}. ${total.failed} failed (${percent(total.failed / Math.max(1, total.count))}), ${total.dropped} arrivals found no free virtual user. ` +
      `${describeThresholds(kept)} ${describeOthers(kept)}`,
  )
  for (const outage of run.outages) document.text(outageText(kept, outage))
  document.table(
    ['request', 'count', 'failed', 'p50', 'p95', 'p99', 'slowest'],
    Object.entries(client.byName).map(([name, stats]) => [
      name,
      figure(stats.count),
      String(stats.failed),
      ...[stats.p50, stats.p95, stats.p99, stats.max].map((ms) => figure(ms, 'ms')),
    ]),
  )
  await plots(document, kept)
  pathTable(document, kept)
}

function describeThresholds({ run }: KeptRun): string {
  const broken = run.thresholds.filter(({ ok }) => !ok).map(({ metric, threshold }) => `\`${metric} ${threshold}\``)
  if (run.thresholds.length === 0) return 'Thresholds are not known.'
  return broken.length === 0 ? 'Every threshold held.' : `Broken: ${broken.join(', ')}.`
}

/** How much of the machine others had, since that is in every figure. */
function describeOthers({ run, server }: KeptRun): string {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  const cpu =
    server.measures
      .find(({ name }) => name === 'CPU')
      ?.series.flatMap(({ values }) => [mean(values.filter((value) => value !== null))]) ?? []
  const [busy, k6, load] = [
    mean(server.machine.map((one) => one.busy)),
    mean(server.machine.map((one) => one.k6)),
    mean(server.machine.map((one) => one.load)),
  ]
  if (server.machine.length === 0) return ''
  const services = cpu.reduce((sum, value) => sum + value, 0)
  return `The machine was busy with ${figure(busy)} of ${run.machine.cores} cores: services ${figure(services)}, k6 ${figure(k6)}, the rest is PostgreSQL, the backends and other work; load average ${figure(load)}.`
}

function outageText({ client }: KeptRun, { service, from, to }: KeptRun['run']['outages'][number]): string {
  const during = client.points.filter(({ at }) => at + client.step >= from && at <= (to ?? Number.POSITIVE_INFINITY))
  const count = during.reduce((sum, point) => sum + point.count, 0)
  const failed = during.reduce((sum, point) => sum + point.failed, 0)
  return `**${service} did not answer** from second ${figure(from)} ${to === null ? 'on' : `to ${figure(to)}`}: ${failed} of ${count} requests failed in that time.`
}

async function plots(document: Document, kept: KeptRun): Promise<void> {
  const { run, client, server } = kept
  const latency = client.points.flatMap(({ at, count, p50, p95, p99 }): Point[] =>
    count === 0
      ? []
      : [
          { x: at, y: p50, series: 'p50' },
          { x: at, y: p95, series: 'p95' },
          { x: at, y: p99, series: 'p99' },
        ],
  )
  const rate = client.points.flatMap(({ at, count, failed, dropped }): Point[] => [
    { x: at, y: count / client.step, series: 'requests' },
    { x: at, y: failed / client.step, series: 'failed' },
    { x: at, y: dropped / client.step, series: 'dropped arrivals' },
  ])
  document.figure(
    `${run.id}-rate`,
    await lines(rate, { x: 'seconds', y: 'per second' }),
    `${run.scenario}: requests, failures and dropped arrivals`,
    fileOf(kept, 'client'),
  )
  document.figure(
    `${run.id}-latency`,
    await lines(latency, { x: 'seconds', y: 'ms', isLog: true }),
    `${run.scenario}: duration of requests (logarithmic)`,
    fileOf(kept, 'client'),
  )
  for (const name of SATURATION) {
    const measure = server.measures.find((one) => one.name === name)
    const points =
      measure?.series.flatMap(({ service, values }) =>
        values.flatMap((y, index): Point[] => (y === null ? [] : [{ x: index * server.step, y, series: service }])),
      ) ?? []
    if (!measure || points.every(({ y }) => y === 0)) continue
    document.figure(
      `${run.id}-${name.replaceAll(' ', '-')}`,
      await lines(points, { x: 'seconds', y: measure.unit, height: 120 }),
      `${run.scenario}: ${name} of each service`,
      fileOf(kept, 'server'),
    )
  }
}

function pathTable(document: Document, kept: KeptRun): void {
  const { slowest, failed, usual } = kept.requests
  const rows = [
    ...usual.slice(0, 1).map((one) => ['usual', one] as const),
    ...slowest.slice(0, 3).map((one) => ['slowest', one] as const),
    ...failed.slice(0, 3).map((one) => ['failed', one] as const),
  ]
  if (rows.length === 0) return
  document.text(`What requests spent their time on, from \`${fileOf(kept, 'requests')}\`:`)
  document.table(
    ['', 'request', 'duration', 'critical path of its trace', 'trace'],
    rows.map(([what, { name, ms, status, criticalPath, traceId }]) => [
      what,
      `${name} ${status}`,
      figure(ms, 'ms'),
      criticalPath ? describePath(criticalPath) : 'trace not found',
      `\`${traceId.slice(0, 8)}\``,
    ]),
  )
}

export function describePath(pieces: readonly Piece[]): string {
  return pieces
    .slice(0, 4)
    .map(({ service, what, share }) => `${service} ${what} ${percent(share)}`)
    .join(', ')
}
