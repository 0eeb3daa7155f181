/**
 * Memory of everything that the shop runs, over time, and whether it stays flat and below its limit.
 */

import { setTimeout as delay } from 'node:timers/promises'
import { memoryBytes, processTree } from '@demo/cli/usage'
import type { Shop } from './shop.ts'

/** Bytes by the name of each part. */
export type Sample = Readonly<Record<string, number>>

const EVERY_MS = 5000
/** Of all parts together, in bytes. */
export const LIMIT = 1.5e9
/** By how much the last fifth may be above the second one: caches fill, heaps settle. */
export const FLAT_WITHIN = 0.15

/** Samples until `signal` is aborted. */
export async function watchMemory(shop: Shop, signal: AbortSignal): Promise<Sample[]> {
  const samples: Sample[] = []
  while (!signal.aborted) {
    const sample: Record<string, number> = {}
    for (const [name, pid] of await shop.pids()) {
      // PostgreSQL has a process for each session; below the keeper is what it has started again, which is counted under its own name.
      const each = await Promise.all((name === 'postgres' ? await processTree(pid) : [pid]).map(memoryBytes))
      sample[name] = each.reduce((sum, bytes) => sum + bytes, 0)
    }
    samples.push(sample)
    await delay(EVERY_MS, undefined, { signal }).catch(() => undefined)
  }
  return samples
}

export function totalOf(sample: Sample): number {
  return Object.values(sample).reduce((sum, bytes) => sum + bytes, 0)
}

export interface Course {
  /** Bytes. */
  readonly peak: number
  /** Medians of the second and of the last fifth of the time. */
  readonly early: number
  readonly late: number
}

export function courseOf(values: readonly number[]): Course {
  const fifth = Math.max(1, Math.floor(values.length / 5))
  return {
    peak: Math.max(...values),
    early: median(values.slice(fifth, 2 * fifth)),
    late: median(values.slice(-fifth)),
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0
}
