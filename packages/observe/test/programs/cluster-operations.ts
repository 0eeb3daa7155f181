/**
 * A cluster of two workers for cluster-operations.test.ts, who breaks and kills them by their process ids. With
 * PRIMARY=unobserved the primary process does not call observe().
 */
import cluster from 'node:cluster'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { deserialize } from 'node:v8'
import { observe } from '../../src/index.ts'
import type { ResourceMetrics } from '../../src/metrics/points.ts'

const obs = cluster.isWorker || process.env.PRIMARY !== 'unobserved' ? observe({ service: 'cluster' }) : undefined

if (cluster.isPrimary) {
  obs?.health('disk', () => true)
  cluster.on('exit', () => cluster.fork())
  cluster.on('listening', (worker, { port }) => process.stderr.write(`listening ${worker.process.pid} ${port}\n`))
  for (const _ of [1, 2]) {
    const worker = cluster.fork()
    // What the library's own message says was answered by this worker.
    worker.process.on('internalMessage', ({ message }) => {
      if (message?.kind !== 'points') return
      const points: ResourceMetrics['scopeMetrics'] = deserialize(Buffer.from(message.points, 'base64'))
      const metric = points.flatMap(({ metrics }) => metrics).find(({ descriptor }) => descriptor.name === 'answered')
      const values = metric?.dataPoints.map(({ value }) => value) ?? []
      process.stderr.write(`reported ${worker.process.pid} ${values}\n`)
    })
  }
} else {
  const answered = obs?.counter('answered')
  let database = true
  let takesMs = 0
  obs?.health('database', () => sleep(takesMs, database))
  obs?.gauge('worker.pid').record(process.pid)
  const server = createServer(async (request, response) => {
    if (request.url === '/break') database = false
    if (request.url === '/slow') takesMs = 1200
    answered?.add()
    if (request.url === '/shutdown') await obs?.shutdown()
    response.end(`${process.pid} ${obs?.log.level}`)
  })
  server.listen(Number(process.env.SERVICE_PORT), '127.0.0.1')
}
