/**
 * Process trees and their memory, from /proc.
 */

import { readdir, readFile } from 'node:fs/promises'

/** A process with all below it. */
export async function tree(root: number): Promise<number[]> {
  const parents = await readParents()
  const below = (pid: number): number[] => {
    const children = parents.filter(({ parent }) => parent === pid)
    return [pid, ...children.flatMap((child) => below(child.pid))]
  }
  return below(root)
}

/** Bytes: the proportional set size, in which a page that several processes share counts once among them. */
export async function memoryOf(pids: readonly number[]): Promise<number> {
  const each = await Promise.all(
    pids.map(async (pid) => {
      const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
      return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024
    }),
  )
  return each.reduce((sum, bytes) => sum + bytes, 0)
}

async function readParents(): Promise<{ pid: number; parent: number }[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  return Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
      // The command is in parentheses and may contain spaces and parentheses.
      const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return { pid, parent: Number(parent) }
    }),
  )
}
