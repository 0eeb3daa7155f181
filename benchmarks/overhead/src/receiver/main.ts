/**
 * The backends of all variants in one process: an OTLP endpoint, Datadog's agent, Sentry, Elastic's APM server. It keeps what
 * arrives as it is and decodes it only when it is asked, after the load, so that it takes nothing from the generator.
 */
import { createServer, type IncomingMessage } from 'node:http'
import { gunzipSync, inflateSync } from 'node:zlib'
import { type Counts, noCounts } from './counts.ts'
import { countLogs, countMetrics, countTraces } from './otlp.ts'
import { countDatadog, countElastic, countSentry } from './vendors.ts'

interface UnsentBatch {
  path: string
  encoding: string | undefined
  isJson: boolean
  body: Buffer
}

let counts = noCounts()
let batches: UnsentBatch[] = []

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    keep(request, Buffer.concat(chunks))
    const { status, body } = answerTo(request.url ?? '')
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  })
  request.on('error', () => response.destroy())
})

function keep({ url = '', headers }: IncomingMessage, body: Buffer): void {
  if (body.length === 0) return
  const isJson = headers['content-type']?.includes('json') === true
  batches.push({ path: url.split('?')[0] ?? '', encoding: headers['content-encoding'], isJson, body })
}

/** What each backend would say to a sender that it likes. */
function answerTo(url: string): { status: number; body: string } {
  if (url.startsWith('/v0.')) return { status: 200, body: '{"rate_by_service":{"service:,env:":1}}' }
  if (url === '/info')
    return { status: 200, body: '{"version":"7.60.0","endpoints":["/v0.4/traces"],"client_drop_p0s":false}' }
  if (url.startsWith('/intake/')) return { status: 202, body: '{}' }
  if (url === '/') return { status: 200, body: '{"version":"8.17.0","build_sha":"0"}' }
  // An empty OTLP answer in protobuf is no bytes at all.
  return { status: 200, body: url.startsWith('/v1/') ? '' : '{}' }
}

function count({ path, encoding, isJson, body }: UnsentBatch): void {
  counts.posts += 1
  counts.bytes += body.length
  const plain = decoded(encoding, body)
  if (path === '/v1/traces') countTraces(plain, isJson, counts)
  else if (path === '/v1/logs') countLogs(plain, isJson, counts)
  else if (path === '/v1/metrics') countMetrics(plain, isJson, counts)
  else if (path === '/v0.4/traces') countDatadog(plain, counts)
  else if (path.endsWith('/envelope/')) countSentry(plain, counts)
  else if (path === '/intake/v2/events') countElastic(plain, counts)
}

function decoded(encoding: string | undefined, body: Buffer): Buffer {
  if (encoding === 'gzip') return gunzipSync(body)
  return encoding === 'deflate' ? inflateSync(body) : body
}

/** `counts` asks for what has arrived so far; `reset` begins another run. */
process.on('message', (question) => {
  if (question === 'reset') {
    counts = noCounts()
    batches = []
  }
  for (const batch of batches) count(batch)
  batches = []
  process.send?.(counts satisfies Counts)
})
process.on('disconnect', () => process.exit())

server.keepAliveTimeout = 0
// A port of its own choice, unless one is given.
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' && address !== null ? address.port : 0 })
})
