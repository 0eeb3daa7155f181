/**
 * What `rollout status` and `rollout history` print.
 */

import Table from 'cli-table3'
import type { Engine } from './engine.ts'
import { Front } from './front.ts'
import { figuresOf } from './history.ts'
import type { Host } from './host.ts'
import { describe } from './lock.ts'
import { Releases } from './releases.ts'
import { smokeTest } from './smoke.ts'
import type { State } from './state.ts'

export interface Reading {
  readonly engine: Engine
  readonly host: Host
  readonly state: State
}

interface Format {
  readonly json?: true
}

export async function showStatus({ engine, host, state }: Reading, { json }: Format): Promise<void> {
  const releases = new Releases(engine, host)
  const proxy = await new Front(engine, host).serving().catch(() => undefined)
  const last = (await state.deployments()).at(-1)
  const status = {
    host: host.name,
    serving: proxy,
    running: await releases.running(),
    kept: await releases.all(),
    changing: await describe(engine, host),
    last: last && { release: last.release, outcome: last.outcome, end: last.end, reason: last.reason },
    smoke: (await smokeTest(host)) ?? 'passes',
  }
  if (json) printLine(JSON.stringify(status))
  else for (const [name, value] of Object.entries(status)) printLine(`${name.padEnd(9)} ${lineOf(value)}`)
  process.exitCode = status.serving && status.smoke === 'passes' ? 0 : 1
}

export async function showHistory({ state }: Reading, { json }: Format): Promise<void> {
  const deployments = await state.deployments()
  const figures = figuresOf(deployments, new Date())
  if (json) return printLine(JSON.stringify({ deployments, figures }))
  const table = new Table({
    head: ['', 'release', 'kind', 'outcome', 'begin', 's', 'by', 'backup'],
    style: { head: [], border: [] },
  })
  for (const { number, release, kind, outcome, begin, end, by, backup } of deployments)
    table.push([
      number,
      release,
      kind,
      outcome,
      begin,
      Math.round((Date.parse(end) - Date.parse(begin)) / 1000),
      by,
      backup ?? '',
    ])
  printLine(table.toString())
  printLine(`deployments a day     ${figures.perDay.toFixed(2)}`)
  printLine(`commit to serving     ${duration(figures.leadTime)}   (elite: under an hour)`)
  printLine(`failed in front of users  ${(figures.failed * 100).toFixed(0)} %`)
  printLine(`until restored        ${duration(figures.restored)}   (elite: under an hour)`)
}

function duration(seconds: number | undefined): string {
  if (seconds === undefined) return 'unknown'
  return seconds < 120 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(0)} min`
}

function lineOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.join(' ') || '-'
  return value === undefined ? '-' : JSON.stringify(value)
}

function printLine(line: string): void {
  console.log(line)
}
