/**
 * Chooses the role of this process in its cluster.
 */
import cluster from 'node:cluster'
import { Primary } from './primary.ts'
import type { ClusterRole, Member } from './role.ts'
import { WorkerProcess } from './worker.ts'

/** A process without workers is a primary: workers may be forked later. */
export function joinCluster(member: Member): ClusterRole {
  if (cluster.isWorker) return new WorkerProcess(member)
  const primary = new Primary()
  member.openAdmin()
  return primary
}
