/**
 * Runs k6 to its end: with its progress on the terminal, its samples and its summary in files. Ctrl-C ends k6 in order, which then writes what
 * there is.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { z } from 'zod'
import type { Run } from '../record/record.ts'
import { Watch, type Watched, type Watching } from './watch.ts'

const SCENARIOS = join(import.meta.dirname, '../../scenarios')

/** Exit codes of k6. https://grafana.com/docs/k6/latest/misc/k6-exit-codes/ */
const ENDS: Record<number, Run['end']> = { 0: 'finished', 99: 'threshold', 105: 'interrupted' }

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export interface LoadOptions {
  k6: string
  scenario: string
  folder: string
  env: Record<string, string>
  watched: readonly Watched[]
}

export interface Load extends Watching {
  /** Epoch milliseconds. */
  from: number
  to: number
  end: Run['end']
  exitCode: number
  samplesFile: string
}

export async function load({ k6, scenario, folder, env, watched }: LoadOptions): Promise<Load> {
  const samplesFile = join(folder, 'samples.json.gz')
  const summary = ['--summary-export', join(folder, 'summary.json')]
  const from = Date.now()
  const running = execa(k6, ['run', ...summary, '--out', `json=${samplesFile}`, join(SCENARIOS, `${scenario}.ts`)], {
    env: { ...env, K6_NO_USAGE_REPORT: 'true' },
    stdio: ['ignore', 'inherit', 'inherit'],
    reject: false,
    // In a group of its own: a terminal sends Ctrl-C to the whole group, and k6 takes a second SIGINT as an order to stop at once.
    detached: true,
  })
  const watch = new Watch(watched, running.pid)
  // They stay: once k6 has ended there is nothing to stop, and what was measured is still being written.
  for (const signal of SIGNALS) process.on(signal, () => void running.kill('SIGINT'))
  const { exitCode = 1 } = await running
  const to = Date.now()
  return { from, to, end: ENDS[exitCode] ?? 'failed', exitCode, samplesFile, ...watch.stop() }
}

const checkShape = z.object({ name: z.string(), passes: z.number(), fails: z.number() })

const summaryShape = z.object({
  root_group: z.object({ checks: z.record(z.string(), checkShape) }),
  /** Of a threshold: true where it was broken. */
  metrics: z.record(z.string(), z.looseObject({ thresholds: z.record(z.string(), z.boolean()).optional() })),
})

/** Checks and thresholds of the summary that k6 wrote; undefined where it wrote none. */
export async function readSummary(folder: string): Promise<Pick<Run, 'checks' | 'thresholds'> | undefined> {
  const text = await readFile(join(folder, 'summary.json'), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const { root_group: root, metrics } = summaryShape.parse(JSON.parse(text))
  const thresholds = Object.entries(metrics).flatMap(([metric, { thresholds: of = {} }]) =>
    Object.entries(of).map(([threshold, isBroken]) => ({ metric, threshold, ok: !isBroken })),
  )
  return { checks: Object.values(root.checks).map(({ name, passes, fails }) => ({ name, passes, fails })), thresholds }
}
