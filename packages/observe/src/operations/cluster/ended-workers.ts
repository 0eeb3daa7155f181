/**
 * What the workers of a cluster that have ended counted: kept as one sum, so that it does not grow with their number. It counts
 * from the moment they end, though adding it up takes turns.
 */

import { chunksOf } from '../../metrics/chunks.ts'
import { merge, type ProcessMetrics } from '../../metrics/merge.ts'
import type { ResourceMetrics, ScopeMetrics } from '../../metrics/points.ts'
import { pointsOf } from './messages.ts'

export class EndedWorkers {
  #sum: readonly ScopeMetrics[] = []
  /** Reports that are not in the sum yet, as they came. */
  #reports: (readonly string[])[] = []
  #adding = false

  add(report: readonly string[]): void {
    this.#reports.push(report)
    if (!this.#adding) void this.#addUp()
  }

  /** As if each were a process; none where there was none. */
  get processes(): ProcessMetrics[] {
    const sum = this.#sum.length === 0 ? [] : [chunksOf(this.#sum)]
    return [...sum, ...this.#reports.map(decoded)].map((parts) => ({ process: 'ended', alive: false, parts }))
  }

  async #addUp(): Promise<void> {
    this.#adding = true
    while (this.#reports.length > 0) {
      const added = this.#reports.length
      const { scopeMetrics } = await merge(NO_RESOURCE, this.processes)
      this.#sum = scopeMetrics
      this.#reports = this.#reports.slice(added)
    }
    this.#adding = false
  }
}

/** The parts of a report, decoded when their turn has come. */
export function* decoded(report: readonly string[]): Generator<readonly ScopeMetrics[]> {
  for (const points of report) yield pointsOf(points)
}

const NO_RESOURCE: ResourceMetrics['resource'] = {
  attributes: {},
  merge: () => NO_RESOURCE,
  getRawAttributes: () => [],
}
