/**
 * Services of the shop as processes, from what their build made: started, stopped and crashed as in real life.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { freePort } from '@lab/test-kit/free-port'
import { vi } from 'vitest'

export interface Service {
  url: string
  /** Where its metrics and its faults are. */
  admin: string
  /** What it wrote so far, both streams. */
  output(): string
  /** Lets it stand still, connections and all, until it goes on. */
  pause(): void
  goOn(): void
  /** Ends it and gives its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

export interface Run {
  output: string
  exitCode: number | null
}

/** Starts a service and waits until it answers. */
export async function startService(name: string, environment: Record<string, string> = {}): Promise<Service> {
  const [port, adminPort] = [await freePort(), await freePort()]
  const variables = { PORT: String(port), OTEL_EXPORTER_PROMETHEUS_PORT: String(adminPort), ...environment }
  const { child, output } = await launch(name, [], variables)
  const exited = once(child, 'close')
  const url = `http://127.0.0.1:${port}`
  await vi.waitFor(
    async () => {
      if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}:\n${output()}`)
      await fetch(`${url}/faults`)
    },
    { timeout: 60_000, interval: 100 },
  )
  return {
    url,
    admin: `http://127.0.0.1:${adminPort}`,
    output,
    pause: () => void child.kill('SIGSTOP'),
    goOn: () => void child.kill('SIGCONT'),
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      await exited
      return child.exitCode
    },
  }
}

/** Runs a service's program to its end. */
export async function runService(name: string, args: string[], environment: Record<string, string> = {}): Promise<Run> {
  const { child, output } = await launch(name, args, environment)
  await once(child, 'close')
  return { output: output(), exitCode: child.exitCode }
}

async function launch(
  name: string,
  args: string[],
  environment: Record<string, string>,
): Promise<{ child: ChildProcess; output: () => string }> {
  const main = fileURLToPath(new URL(`../../${name}/dist/main.js`, import.meta.url))
  if (!existsSync(main)) throw new Error(`${main} is not there. Build the services first: pnpm run build`)
  const { DATABASE_URL: _, ...inherited } = process.env
  const child = spawn(process.execPath, [main, ...args], {
    env: {
      ...inherited,
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_EXPORTER_PROMETHEUS_PORT: String(await freePort()),
      ...environment,
    },
  })
  // A test run that is cut short leaves no process behind.
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  const chunks: string[] = []
  child.stdout.on('data', (chunk) => chunks.push(String(chunk)))
  child.stderr.on('data', (chunk) => chunks.push(String(chunk)))
  return { child, output: () => chunks.join('') }
}
