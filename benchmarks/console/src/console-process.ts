/**
 * A console as its users run it, in a process of its own, and what that process takes of the machine.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('./dist/cli.js', import.meta.resolve('@lab/observe-console/package.json')))
const TICKS_PER_SECOND = 100

export interface Usage {
  /** Megabytes resident now. */
  resident: number
  /** Seconds of processor time so far, all threads. */
  cpu: number
}

export async function startConsoleProcess(data: string, maxSize: string): Promise<ConsoleProcess> {
  const flags = [
    '--port',
    '0',
    '--otlp-port',
    '0',
    '--no-grpc-port',
    '--data',
    data,
    '--max-size',
    maxSize,
    '--retention',
    '7d',
  ]
  const child = spawn(process.execPath, [cli, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  for await (const chunk of child.stdout) {
    said += chunk
    const [, url, otlpUrl] = /Console\s+(\S+).*OTLP\s+(\S+).*Data/s.exec(said) ?? []
    if (url && otlpUrl) return new ConsoleProcess(child, url, otlpUrl)
  }
  throw new Error(`The console did not start: ${said}. Build it first: pnpm --filter @lab/observe-console build.`)
}

export class ConsoleProcess {
  readonly url: string
  readonly otlpUrl: string
  readonly #child: ChildProcess

  constructor(child: ChildProcess, url: string, otlpUrl: string) {
    this.#child = child
    this.url = url
    this.otlpUrl = otlpUrl
  }

  usage(): Usage {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8')
    // The name in parentheses may hold spaces: the fields are counted from behind it.
    const fields = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return {
      resident: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024,
      cpu: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    }
  }

  async query<Answer>(path: string): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`)
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    // The answer's type is the contract's, stated by the caller next to the path.
    return (await response.json()) as Answer
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await exited
  }
}
