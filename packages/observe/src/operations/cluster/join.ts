/**
 * Takes a process's role in a cluster: `node:cluster` says which.
 */
import cluster from 'node:cluster'
import { Primary } from './primary.ts'
import type { ClusterRole, Member } from './role.ts'
import { WorkerProcess } from './worker.ts'

/** A process without workers is a primary whose workers may come. */
export function joinCluster(member: Member): ClusterRole {
  if (cluster.isWorker) return new WorkerProcess(member)
  const primary = new Primary()
  member.openAdmin()
  return primary
}
