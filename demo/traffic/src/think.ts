/**
 * How long people think: exponentially distributed, so that requests come as in a real shop, now two at once, now none
 * for a while.
 */

import { setTimeout as wait } from 'node:timers/promises'

/** Longest thought, in multiples of the mean. */
const longest = 6

/** Rejects as soon as `signal` is aborted. */
export async function think(mean: number, signal: AbortSignal): Promise<void> {
  const drawn = -Math.log(1 - Math.random()) * mean
  await wait(Math.min(drawn, longest * mean), undefined, { signal })
}

/** True with the given probability. */
export function chance(probability: number): boolean {
  return Math.random() < probability
}

/** One of `choices`, each as likely as the other. */
export function pick<T>(choices: readonly T[]): T | undefined {
  return choices[Math.floor(Math.random() * choices.length)]
}

/** A whole number from 1 to `most`. */
export function upTo(most: number): number {
  return 1 + Math.floor(Math.random() * most)
}
