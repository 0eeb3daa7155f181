/**
 * The metrics of workers that have ended, kept as one sum, so that memory does not grow with their number. A report counts
 * from the moment it is added; the sum itself is computed in the background.
 */

import { chunksOf } from '../../metrics/chunks.ts'
import { merge, type ProcessMetrics } from '../../metrics/merge.ts'
import type { ResourceMetrics, ScopeMetrics } from '../../metrics/points.ts'
import { pointsOf } from './messages.ts'

export class EndedWorkers {
  #sum: readonly ScopeMetrics[] = []
  /** Reports that are not in the sum yet, encoded. */
  #reports: (readonly string[])[] = []
  #adding = false

  add(report: readonly string[]): void {
    this.#reports.push(report)
    if (!this.#adding) void this.#addUp()
  }

  /** The sum and each pending report, as processes; empty before a worker has ended. */
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

/** The parts of a report, each decoded when it is read. */
export function* decoded(report: readonly string[]): Generator<readonly ScopeMetrics[]> {
  for (const points of report) yield pointsOf(points)
}

const NO_RESOURCE: ResourceMetrics['resource'] = {
  attributes: {},
  merge: () => NO_RESOURCE,
  getRawAttributes: () => [],
}
