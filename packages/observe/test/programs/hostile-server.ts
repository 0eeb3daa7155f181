/**
 * A service that anybody may ask anything, on HTTP/1.1, HTTP/2 and by a fetch-style handler, whose author puts path, method
 * and host into labels; driven by stack/hostile.test.ts over the channel to its parent. Wants --expose-gc.
 */
import { createServer } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { metrics } from '@opentelemetry/api'
import { observe } from '../../src/index.ts'
import { observeWeb } from '../../src/web.ts'

const obs = observe({ service: 'hostile' })
const ours = obs.counter('visits.ours')
const theirs = metrics.getMeter('app').createCounter('visits.theirs')
const seen = { http1: 0, http2: 0, web: 0 }

function visit(way: keyof typeof seen, path: string, method: string, host: string): void {
  seen[way] += 1
  ours.add(1, { path, method, host })
  theirs.add(1, { path, method, host })
}

const http1 = createServer((request, response) => {
  visit('http1', request.url ?? '', request.method ?? '', request.headers.host ?? '')
  response.end()
})
const http2 = createHttp2Server((request, response) => {
  visit('http2', request.url, request.method, request.authority)
  response.end()
})
const web = observeWeb(obs, (request) => {
  visit('web', new URL(request.url).pathname, request.method, request.headers.get('host') ?? '')
  return new Response()
})

async function sendWeb({ from, count, methods }: WebQuestion): Promise<void> {
  for (let index = from; index < from + count; index += 1) {
    const method = `ODD${index % methods}`
    await web(new Request(`http://h${index}.example/w/${index}`, { method, headers: { host: `h${index}.example` } }))
  }
}

/** Bytes that are held after what waits has been delivered and the rest collected. */
async function heap(): Promise<number> {
  await obs.flush()
  for (let turn = 0; turn < 4; turn += 1) {
    globalThis.gc?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

interface WebQuestion {
  from: number
  count: number
  /** How many different methods. */
  methods: number
}

export type Question = { ask: 'heap' | 'seen' | 'metrics' } | ({ ask: 'web' } & WebQuestion)

async function answer(question: Question): Promise<unknown> {
  switch (question.ask) {
    case 'web':
      return sendWeb(question)
    case 'heap':
      return heap()
    case 'seen':
      return seen
    case 'metrics':
      return (await obs.scrape()).body
  }
}

process.on('message', (question: Question) => {
  void answer(question).then((answered) => process.send?.({ answered }))
})
const ports = [http1, http2].map(async (server: Server) => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
})
void Promise.all(ports).then((answered) => process.send?.({ answered }))
