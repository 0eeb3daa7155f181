/**
 * Memory and processor time of a service with all its child processes (PostgreSQL has one for each connection).
 */

import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type ProcessInfo, readProcesses } from './process-table.ts'

export interface Usage {
  readonly memoryBytes: number
  /** Of one core: 1 is a whole core. */
  readonly cpu: number
}

/**
 * What the memory figure is: on Linux the proportional set size, where a page that several processes share counts once
 * among them; elsewhere, and for the processes of another user, the resident set size, where it counts in each.
 */
export const memoryMeasure = process.platform === 'linux' ? 'PSS' : 'RSS'

const run = promisify(execFile)

/** Measures the processes `pids` over `period` milliseconds; a process that is gone is left out. */
export async function measure(pids: readonly number[], period: number): Promise<Map<number, Usage>> {
  const began = performance.now()
  const before = await readProcesses()
  await delay(period)
  const after = await readProcesses()
  const elapsed = (performance.now() - began) / 1000
  const entries = pids.map(async (pid) => {
    const tree = withDescendants(after, pid)
    const memory = await Promise.all(tree.map((info) => memoryBytes(info.pid)))
    const used = tree.map((info) => info.cpuSeconds - (before.find(isSame(info))?.cpuSeconds ?? 0))
    return [pid, { memoryBytes: sum(memory), cpu: sum(used) / elapsed }] as const
  })
  return new Map(await Promise.all(entries))
}

/** Numbers of the process and of all below it. */
export async function processTree(root: number): Promise<number[]> {
  return withDescendants(await readProcesses(), root).map(({ pid }) => pid)
}

function withDescendants(all: readonly ProcessInfo[], root: number): ProcessInfo[] {
  const children = all.filter(({ parent }) => parent === root)
  const self = all.filter(({ pid }) => pid === root)
  return [...self, ...children.flatMap(({ pid }) => withDescendants(all, pid))]
}

function isSame(one: ProcessInfo): (other: ProcessInfo) => boolean {
  return (other) => other.pid === one.pid && other.started === one.started
}

/** See `memoryMeasure`; 0 for a process that is gone. */
export async function memoryBytes(pid: number): Promise<number> {
  if (process.platform !== 'linux') {
    const { stdout } = await run('ps', ['-p', String(pid), '-o', 'rss=']).catch(() => ({ stdout: '0' }))
    return Number.parseInt(stdout, 10) * 1024
  }
  const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')
  const [, kilobytes] =
    /^Pss:\s+(\d+) kB/m.exec(await read('smaps_rollup')) ?? /^VmRSS:\s+(\d+) kB/m.exec(await read('status')) ?? []
  return Number(kilobytes ?? 0) * 1024
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
