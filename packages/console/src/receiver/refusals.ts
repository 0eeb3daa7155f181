/**
 * What was not stored since the start, and why, so that the page can say why data is missing.
 */

/** Distinct reasons kept; what comes on top is counted under one. */
const MOST = 50

export class Refusals {
  readonly #counts = new Map<string, number>()

  add(reason: string, count: number): void {
    const known = this.#counts.has(reason) || this.#counts.size < MOST ? reason : 'Other reasons.'
    this.#counts.set(known, (this.#counts.get(known) ?? 0) + count)
  }

  list(): { reason: string; count: number }[] {
    return [...this.#counts].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count)
  }
}
