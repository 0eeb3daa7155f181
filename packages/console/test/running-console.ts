/**
 * Consoles for tests: one in this process on free ports, or one as users run it, as a process of its own.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { type Console, type ConsoleOptions, startConsole } from '../src/console.ts'
import type { Queries } from '../src/contract/contract.ts'
import type { Json } from './shop.ts'

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'console-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface Running extends Console {
  query<Path extends keyof Queries>(path: Path, query: Queries[Path]['query']): Promise<Queries[Path]['answer']>
  send(signal: string, message: Json): Promise<Response>
}

export async function runConsole(options: Partial<ConsoleOptions> = {}): Promise<Running> {
  const data = options.data ?? newFolder()
  const retention = { maxAge: 3_600_000, maxBytes: 1e9 }
  const running = await startConsole({ port: 0, otlpPort: 0, host: '127.0.0.1', retention, ...options, data })
  onTestFinished(() => running.close())
  return {
    ...running,
    query: (path, query) => ask(running.url, path, query),
    send: (signal, message) => send(running.otlpUrl, signal, message),
  }
}

export async function ask<Path extends keyof Queries>(
  url: string,
  path: Path,
  query: Queries[Path]['query'],
): Promise<Queries[Path]['answer']> {
  const parameters = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)])
  const response = await fetch(`${url}${path}?${new URLSearchParams(parameters)}`)
  const text = await response.text()
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
  return JSON.parse(text)
}

export function send(otlpUrl: string, signal: string, message: Json): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(`${otlpUrl}/v1/${signal}`, { method: 'POST', headers, body: JSON.stringify(message) })
}

const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url))

export interface ProcessOptions {
  data: string
  flags?: string[]
  /** A command to run it under, such as a namespace with a small disk. */
  under?: string[]
}

export interface ConsoleProcess {
  child: ChildProcess
  url: string
  otlpUrl: string
  /** What it has printed on standard output. */
  said: () => string
}

/** Rejects with what the process printed where it ends before it is ready. */
export async function spawnConsole({ data, flags = [], under = [] }: ProcessOptions): Promise<ConsoleProcess> {
  const command = [
    ...under,
    process.execPath,
    cli,
    '--port',
    '0',
    '--otlp-port',
    '0',
    '--no-grpc-port',
    '--data',
    data,
    ...flags,
  ]
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let out = ''
  let problems = ''
  child.stderr.on('data', (chunk) => {
    problems += chunk
  })
  const ready = new Promise<ConsoleProcess>((resolve) => {
    child.stdout.on('data', (chunk) => {
      out += chunk
      const [, url, otlpUrl] = /Console\s+(\S+)[\s\S]*OTLP\s+(\S+)[\s\S]*Data/.exec(out) ?? []
      if (url && otlpUrl) resolve({ child, url, otlpUrl, said: () => out })
    })
  })
  const ended = once(child, 'close').then(([code]) => {
    throw new Error(`exit code ${code}: ${problems}`)
  })
  // Once it is ready, that it ends is the test's own affair.
  ended.catch(() => undefined)
  return Promise.race([ready, ended])
}
