/**
 * A service whose standard output has no reader: it answers all the same, /metrics counts the dropped lines, and when a
 * reader is back a line says how many they were.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { the } from './observed.ts'
import { parseMetrics, sampleValue } from './strict-metrics.ts'

const file = fileURLToPath(new URL('programs/unread-log.ts', import.meta.url))
const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean()
})

interface Service {
  metrics: string
  /** Begins to read its standard output. */
  read(): Readable
  child: ChildProcess
}

/** Starts it with a standard output of `stdout`. */
async function start(stdout: number | 'pipe', read: (child: ChildProcess) => Readable): Promise<Service> {
  const flags = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning']
  const child = spawn(process.execPath, [...flags, file], { stdio: ['ignore', stdout, 'pipe', 'ipc'] })
  cleanUp.push(async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  })
  let output = ''
  while (!output.includes('\n')) output += String((await once(the(child.stderr ?? undefined), 'data'))[0])
  return { child, metrics: `http://127.0.0.1:${/port (\d+)/.exec(output)?.[1]}/metrics`, read: () => read(child) }
}

/** As a shell makes it between two commands. */
function startWithPipe(): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), 'observe-unread-'))
  const path = join(folder, 'pipe')
  execFileSync('mkfifo', [path])
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const writer = openSync(path, 'w')
  cleanUp.push(() => rmSync(folder, { recursive: true }))
  const started = start(writer, () => new Socket({ fd: reader, readable: true, writable: false }))
  closeSync(writer)
  return started
}

/** As a parent process in Node makes it: a pair of sockets. */
function startWithSocket(): Promise<Service> {
  return start('pipe', (child) => the(child.stdout ?? undefined))
}

async function dropped({ metrics }: Service): Promise<number> {
  const families = parseMetrics(await (await fetch(metrics)).text(), 'text')
  return sampleValue(families, 'observe_dropped_total', { signal: 'logs', reason: 'stdout_full' }) ?? -1
}

test.each([
  ['a pipe', startWithPipe],
  ['a socket', startWithSocket],
])('that is %s counts in /metrics the lines that no reader took', async (_, begin) => {
  const service = await begin()
  expect(await dropped(service)).toBeGreaterThanOrEqual(0)
  await expect.poll(() => dropped(service)).toBeGreaterThan(0)
  const earlier = await dropped(service)
  await expect.poll(() => dropped(service)).toBeGreaterThan(earlier)

  service.child.send('stop')
  let output = ''
  const reader = service.read()
  for await (const chunk of reader) {
    output += String(chunk)
    if (/\d+ lines were lost[^\n]*\n/.test(output)) break
  }
  const lines: Record<string, unknown>[] = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  const lost = Number(/(\d+) lines were lost/.exec(output)?.[1])
  expect(lost).toBe(await dropped(service))
  const taken = lines.filter(({ msg }) => msg === 'a line').map(({ index }) => Number(index))
  expect(taken).toEqual(taken.toSorted((one, other) => one - other))
  expect(new Set(taken).size).toBe(taken.length)
})
