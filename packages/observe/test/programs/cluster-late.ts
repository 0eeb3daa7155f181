/**
 * A cluster whose primary process calls observe() when its two workers have opened the admin port; driven by
 * cluster-late.test.ts.
 */
import cluster from 'node:cluster'
import { observe } from '../../src/index.ts'

const opened = new Set<number>()

if (cluster.isPrimary) {
  cluster.on('listening', ({ id }) => {
    opened.add(id)
    if (opened.size < 2) return
    const obs = observe({ service: 'late', traces: false })
    obs.log.info('the primary process observes')
  })
  for (const _ of [1, 2]) cluster.fork()
} else observe({ service: 'late', traces: false }).counter('visits').add(1)
