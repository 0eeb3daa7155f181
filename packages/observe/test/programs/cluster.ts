/**
 * A cluster of two workers that serve one port, with listeners of the user's own on both ends of the channel; driven by
 * cluster.test.ts. A request to /leave ends its worker, and another one takes its place.
 */
import cluster from 'node:cluster'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { metrics } from '@opentelemetry/api'
import { observe } from '../../src/index.ts'

const obs = observe({ service: 'cluster', traces: {} })
const answered = metrics.getMeter('other').createCounter('requests.answered')
const received = obs.counter('messages.received')

if (cluster.isPrimary) {
  cluster.on('message', (_worker, message) => process.stderr.write(`primary received ${JSON.stringify(message)}\n`))
  cluster.on('exit', () => cluster.fork())
  cluster.on('listening', (worker, { port }) => {
    worker.send('welcome')
    process.stderr.write(`listening ${worker.id} ${port}\n`)
  })
  for (const _ of [1, 2]) cluster.fork()
} else {
  process.on('message', (message) => {
    received.add(1, { message: String(message) })
    process.send?.('thanks')
  })
  obs.gauge('worker.value').record(7)
  const server = createServer((request, response) => {
    answered.add(1)
    if (request.url === '/leave') response.on('finish', () => process.exit(1))
    response.end(String(process.pid))
  })
  server.listen(0, '127.0.0.1', () => (server.address() as AddressInfo).port)
}
