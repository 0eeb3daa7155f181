/**
 * The known name that was probably meant.
 */

import { distance } from 'fastest-levenshtein'

export function nearest(text: string, known: Iterable<string>): string | undefined {
  const wanted = text.toLowerCase()
  const far = Math.max(1, Math.floor(wanted.length / 3))
  let best: { name: string; steps: number } | undefined
  for (const name of known) {
    const steps = distance(wanted, name.toLowerCase())
    if (steps <= far && steps < (best?.steps ?? Number.POSITIVE_INFINITY)) best = { name, steps }
  }
  return best?.name
}
