/**
 * A server that calls another one, observed twice: by a NodeSDK with the instrumentations of node:http and undici, started before `observe()` or
 * after it, as the first argument says. Prints what the SDK's exporter got, as one line of JSON.
 */
import { createRequire } from 'node:module'
import { metrics, trace } from '@opentelemetry/api'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace'
import { observe } from '../../src/index.ts'

const exporter = new InMemorySpanExporter()
const sdk = new NodeSDK({
  instrumentations: [new HttpInstrumentation(), new UndiciInstrumentation()],
  spanProcessors: [new SimpleSpanProcessor({ exporter })],
  metricReaders: [],
  autoDetectResources: false,
})

const start = { sdk: () => sdk.start(), observe: () => observe({ service: 'second' }) }
const order = process.argv[2] === 'sdk' ? ['sdk', 'observe'] : ['observe', 'sdk']
const [first, second] = order.map((name) => start[name]())
const obs = first ?? second
// The instrumentation patches what is required after its start.
const { createServer, get } = createRequire(import.meta.url)('node:http')

const received = []
const callee = createServer((request, response) => {
  const counts = request.rawHeaders.filter((name) => name.toLowerCase() === 'traceparent').length
  received.push({ path: request.url, traceparent: request.headers.traceparent, counts })
  response.end()
})
await new Promise((resolve) => callee.listen(0, '127.0.0.1', resolve))
const target = `http://127.0.0.1:${callee.address().port}`

const server = createServer(async (_request, response) => {
  obs.set({ tenant: 'acme' })
  obs.route('/users/:id')
  await trace.getTracer('app').startActiveSpan('inner', async (span) => {
    await (await fetch(`${target}/fetched`)).text()
    await new Promise((resolve) => get(`${target}/got`, (answer) => answer.resume().on('end', resolve)))
    span.end()
  })
  obs.log.info('handled')
  response.end()
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
await new Promise((resolve) =>
  get(`http://127.0.0.1:${server.address().port}/users/7`, { agent: false }, (answer) =>
    answer.resume().on('end', resolve),
  ),
)
metrics.getMeter('app').createCounter('app.count').add(1)
await sdk.forceFlush?.()
await new Promise((resolve) => setImmediate(resolve))
const exported = exporter.getFinishedSpans().map((span) => {
  const { name, kind, parentSpanContext, attributes } = span
  return { ...span.spanContext(), name, kind, parentSpanId: parentSpanContext?.spanId, attributes }
})
process.stdout.write(`${JSON.stringify({ exported, received })}\n`)
for (const each of [server, callee]) {
  each.close()
  each.closeAllConnections()
}
await sdk.shutdown()
