/**
 * "Did you mean": the name that was probably meant by one that is not there.
 */

import { closest, distance } from 'fastest-levenshtein'

/** A sentence to put behind another, or nothing where no name is near. */
export function didYouMean(given: string, names: readonly string[]): string {
  if (names.length === 0) return ''
  const near = closest(given, names)
  return distance(given, near) <= Math.max(2, near.length / 3) ? ` Did you mean ${near}?` : ''
}
