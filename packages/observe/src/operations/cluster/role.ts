/**
 * `node:cluster`: what operators ask is answered by the primary process, for itself and all its workers.
 */
import type { Logger } from 'pino'
import type { Metrics } from '../../metrics/metrics.ts'
import type { ResourceMetrics } from '../../metrics/points.ts'
import type { Readiness } from '../health/health.ts'

/** What a process brings into the cluster. */
export interface Member {
  log: Logger
  metrics: Pick<Metrics, 'read' | 'readNow'> | undefined
  /** The outcome of the process's own checks. */
  ready(): Promise<Readiness>
  /** Opens the process's own admin port, if it is to have one. */
  openAdmin(): void
  closeAdmin(): void
}

/** What operators are to be answered besides what this process knows by itself, by its place in a cluster. */
export interface ClusterRole {
  addTo(metrics: ResourceMetrics): Promise<ResourceMetrics>
  addReadinessTo(own: Promise<Readiness>): Promise<Readiness>
  /** Tells the level that an operator has set. */
  tellLevel(level: string): void
  /** Tells what was counted until now; waits for that until the deadline, in milliseconds. */
  tell(deadlineMs: number): Promise<void>
  /** Settles when what this process has to tell at last is told. */
  stop(): Promise<void>
}
