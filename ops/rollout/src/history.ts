/**
 * The log of deployments, and the four figures of DORA from it: how often, how long from commit to serving, what part fails, and how
 * long a failure lasts.
 */

import type { Deployment } from './state.ts'

export interface Figures {
  /** Deployments that served, per day, over the days since the first. */
  readonly perDay: number
  /** Seconds from the commit to serving, the median; undefined where no image says when it was committed. */
  readonly leadTime: number | undefined
  /** The part of roll-outs that reached users and were taken back, by the roll-out or by a person. */
  readonly failed: number
  /** Seconds from the begin of a roll-out that failed until another release served, the median. */
  readonly restored: number | undefined
}

export function figuresOf(deployments: readonly Deployment[], now: Date): Figures {
  const rollouts = deployments.filter(({ kind, outcome }) => kind === 'rollout' && outcome !== 'refused')
  const served = rollouts.filter(({ outcome }) => outcome === 'serving')
  const begin = deployments[0] ? Date.parse(deployments[0].begin) : now.getTime()
  const days = Math.max(1, (now.getTime() - begin) / 86_400_000)
  const failures = rollouts.flatMap((one) => restoredAfter(one, deployments) ?? [])
  return {
    perDay: served.length / days,
    leadTime: median(served.flatMap(({ committed, end }) => (committed ? [secondsBetween(committed, end)] : []))),
    failed: rollouts.length > 0 ? failures.length / rollouts.length : 0,
    restored: median(failures),
  }
}

/** Seconds until the failure of a roll-out was over; undefined where it was none. */
function restoredAfter({ number, begin, end, outcome }: Deployment, all: readonly Deployment[]): number | undefined {
  if (outcome === 'taken back') return secondsBetween(begin, end)
  const next = all.find((one) => one.number > number && one.outcome === 'serving')
  return next?.kind === 'back' ? secondsBetween(begin, next.end) : undefined
}

function secondsBetween(begin: string, end: string): number {
  return (Date.parse(end) - Date.parse(begin)) / 1000
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}
