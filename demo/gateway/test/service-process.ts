/**
 * One built service of the shop as a process, as `pnpm demo up` runs it: its log lines are kept, its metrics can be
 * scraped, and it is stopped with SIGTERM.
 */

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort } from '@lab/test-kit/free-port'

export interface LogLine {
  readonly [field: string]: unknown
}

export interface ServiceProcess {
  readonly name: string
  /** Its log so far, a parsed object for each line. */
  lines(): LogLine[]
  /** Resolves when it says that it is ready; rejects with its last words when it ends before. */
  ready(): Promise<void>
  /** Value of each series of a metric, by its labels. */
  scrape(metric: string): Promise<Map<string, number>>
  /** Sends SIGTERM and gives the exit code. */
  stop(): Promise<number | null>
}

/** Longest time in milliseconds for a service to become ready on a busy machine. */
const readyWithin = 30_000

/** Runs `dist/main.js migrate` to its end. */
export async function migrate(name: string, env: Record<string, string>): Promise<void> {
  await promisify(execFile)(process.execPath, [programOf(name), 'migrate'], { env: { ...process.env, ...env } })
}

export async function startService(name: string, env: Record<string, string>): Promise<ServiceProcess> {
  const adminPort = await freePort()
  const adminEnv = { OTEL_EXPORTER_PROMETHEUS_PORT: String(adminPort), OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1' }
  const child = spawn(process.execPath, [programOf(name)], { env: { ...process.env, ...env, ...adminEnv } })
  // Emitted once both streams have been read to their end, so that no line is missing then.
  const closed = once(child, 'close')
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
  }
  const admin = `http://127.0.0.1:${adminPort}`

  async function ready(): Promise<void> {
    const deadline = AbortSignal.timeout(readyWithin)
    while (child.exitCode === null && !deadline.aborted) {
      const response = await fetch(`${admin}/readyz`).catch(() => undefined)
      if (response?.ok) return
      await wait(25)
    }
    throw new Error(`${name} did not become ready. Its last words:\n${output.slice(-2000)}`)
  }

  return {
    name,
    ready,
    lines: () =>
      output
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line)),
    scrape: async (metric) => seriesOf(metric, await (await fetch(`${admin}/metrics`)).text()),
    async stop() {
      child.kill('SIGTERM')
      await closed
      return child.exitCode
    },
  }
}

function programOf(name: string): string {
  const path = fileURLToPath(new URL(`../../${name}/dist/main.js`, import.meta.url))
  if (existsSync(path)) return path
  throw new Error(`${path} is not there. Build the services first: pnpm run build`)
}

function seriesOf(metric: string, exposition: string): Map<string, number> {
  const series = new RegExp(`^${metric}(\\{.*\\}) ([\\d.e+]+)$`)
  const matches = exposition.split('\n').map((line) => series.exec(line))
  return new Map(matches.flatMap((match) => (match ? [[match[1] ?? '', Number(match[2])]] : [])))
}
