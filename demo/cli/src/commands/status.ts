/**
 * `pnpm demo status`: what runs, whether it is healthy and what it uses; and the table of links that `up` ends with.
 */

import { styleText } from 'node:util'
import type { Usage } from '../machine/usage.ts'
import type { Health, MeasuredStatus, Mode, ServiceStatus } from '../modes/mode.ts'
import { formatTable } from '../terminal/table.ts'

/** The shape that other programs read. What has no address or no metrics has null there. */
export function statusJson(mode: Mode, statuses: readonly ServiceStatus[]): string {
  const services = statuses.map(({ name, kind, url, metrics, health }) => ({
    name,
    kind,
    url: url ?? null,
    metrics: metrics ?? null,
    healthy: health.state === 'healthy',
  }))
  return JSON.stringify({ mode: mode.name, services })
}

export function isHealthy(statuses: readonly ServiceStatus[]): boolean {
  return statuses.every(({ health }) => health.state === 'healthy')
}

export function linkTable(statuses: readonly ServiceStatus[]): string {
  const rows = statuses.map((status) => [
    mark(status.health),
    styleText('bold', status.name),
    linkCell(status),
    status.metrics ?? '',
    styleText('dim', status.purpose),
  ])
  return formatTable(['', 'service', 'link', 'metrics', 'purpose'], rows, { optional: [4, 3] })
}

export function statusTable(mode: Mode, statuses: readonly MeasuredStatus[]): string {
  const rows = statuses.map((status) => [
    mark(status.health),
    styleText('bold', status.name),
    stateCell(status.health),
    ...usageCells(status.usage),
    linkCell(status),
    status.metrics ?? '',
  ])
  const total = sumUsage(statuses.flatMap(({ usage }) => usage ?? []))
  const head = ['', 'service', 'state', `memory (${mode.memoryMeasure})`, 'CPU', 'link', 'metrics']
  const table = formatTable(head, total ? [...rows, ['', 'all', '', ...usageCells(total), '', '']] : rows, {
    right: [3, 4],
    optional: [6, 4, 3],
  })
  return [`${mode.name} mode`, '', table, ...remarks(statuses)].join('\n')
}

function mark({ state }: Health): string {
  if (state === 'healthy') return styleText('green', '●')
  return state === 'stopped' ? styleText('dim', '○') : styleText('red', '●')
}

/** Nothing is known of why it does not run: it was never started, ended by itself, or it was stopped. */
function stateCell({ state }: Health): string {
  return state === 'stopped' ? 'not running' : state
}

/** An API has no page to open, so its address says so. */
function linkCell({ url, hasPage }: ServiceStatus): string {
  if (url === undefined || hasPage) return url ?? ''
  return url.startsWith('http') ? `${url} ${styleText('dim', '(API)')}` : url
}

function usageCells(usage: Usage | undefined): [string, string] {
  if (!usage) return ['', '']
  return [`${Math.round(usage.memoryBytes / 1e6)} MB`, `${(usage.cpu * 100).toFixed(0)} %`]
}

function sumUsage(usages: readonly Usage[]): Usage | undefined {
  if (usages.length === 0) return undefined
  return usages.reduce((sum, { memoryBytes, cpu }) => ({
    memoryBytes: sum.memoryBytes + memoryBytes,
    cpu: sum.cpu + cpu,
  }))
}

/** How often a service ended by itself, and whether it is still started again. */
function restartRemark({ name, restarts }: ServiceStatus): string[] {
  if (!restarts) return []
  const times = restarts.count === 1 ? 'once' : `${restarts.count} times`
  const ended = `  ${styleText('yellow', name)} ended by itself and was restarted ${times}`
  const why = `\`pnpm demo logs ${name}\` shows why`
  return [
    restarts.givenUp
      ? `${ended}, in vain: it is left alone until the next \`pnpm demo up\`; ${why}.`
      : `${ended}; ${why}.`,
  ]
}

/** What the marks alone do not say. */
function remarks(statuses: readonly ServiceStatus[]): string[] {
  const lines = statuses.flatMap(({ name, health }) =>
    health.state === 'unhealthy' ? [`  ${styleText('red', name)}: ${health.reason}`] : [],
  )
  lines.push(...statuses.flatMap(restartRemark))
  const stopped = statuses.filter(({ health }) => health.state === 'stopped')
  if (stopped.length === statuses.length) lines.push('  Nothing runs. Start it with `pnpm demo up`.')
  else if (stopped.length > 0) {
    const names = stopped.map(({ name }) => name).join(', ')
    lines.push(`  Not running: ${names}. \`pnpm demo up\` starts what does not run, and leaves the rest alone.`)
  }
  return lines.length > 0 ? ['', ...lines] : []
}
