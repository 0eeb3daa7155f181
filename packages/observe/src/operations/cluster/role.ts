/**
 * A process's role in a cluster of `node:cluster`: the primary answers the admin routes for itself and all its workers.
 */
import type { Logger } from 'pino'
import type { Metrics } from '../../metrics/metrics.ts'
import type { ResourceMetrics } from '../../metrics/points.ts'
import type { Readiness } from '../health/health.ts'

/** What the cluster needs of a process. */
export interface Member {
  log: Logger
  metrics: Pick<Metrics, 'read' | 'readNow'> | undefined
  /** Runs the process's own checks. */
  ready(): Promise<Readiness>
  /** Opens the process's own admin port, if one is configured. */
  openAdmin(): void
  closeAdmin(): void
}

/** What the admin routes add to what this process knows by itself. */
export interface ClusterRole {
  addTo(metrics: ResourceMetrics, reader: string): Promise<ResourceMetrics>
  addReadinessTo(own: Promise<Readiness>): Promise<Readiness>
  /** Sends the log level that an operator has set to the workers. */
  sendLevel(level: string): void
  /** Reports the current metrics to the primary; waits `deadlineMs` milliseconds at most. */
  report(deadlineMs: number): Promise<void>
  /** Leaves the cluster; settles when the last report is sent. */
  stop(): Promise<void>
}
