/**
 * A server that leaves right after its last response, in the way its first argument says, with a line, counts (one of them
 * by OpenTelemetry's own API) and a span for each request; driven by leaving-server.test.ts.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { metrics } from '@opentelemetry/api'
import { observe } from '../../src/index.ts'

const [, , way = '', count = '0'] = process.argv
const obs = observe({ service: 'leaving', admin: false })
const counter = obs.counter('requests.counted')
const meter = metrics.getMeter('other')
const theirs = meter.createCounter('theirs.counted')
let answered = 0
meter.createObservableCounter('theirs.observed').addCallback((result) => result.observe(answered))

const ways: Record<string, () => void> = {
  'process.exit()': () => process.exit(3),
  'uncaught exception': () => {
    throw new Error('uncaught here')
  },
  'unhandled rejection': () => void Promise.reject(new Error('unhandled here')),
}

const server = createServer((_request, response) => {
  counter.add()
  theirs.add(1)
  obs.log.info('answering')
  response.end()
  answered += 1
  if (answered < Number(count)) return
  ways[way]?.()
})
server.listen(0, '127.0.0.1', () => {
  process.stderr.write(`port ${(server.address() as AddressInfo).port}\n`)
})
