/**
 * OTLP over HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp): one request, and what its answer means. The only
 * file that talks to a backend.
 */
import http from 'node:http'
import https from 'node:https'
import { gzip } from 'node:zlib'

export interface Endpoint {
  /** Full URL, signal path included. */
  url: string
  headers: Record<string, string>
  timeoutMs: number
  gzip: boolean
}

export type Outcome =
  | { kind: 'taken'; rejected: number; reason: string }
  | { kind: 'refused'; reason: string }
  | { kind: 'retry'; reason: string; afterMs: number | undefined }

const agents = {
  'http:': new http.Agent({ keepAlive: true, maxSockets: 2 }),
  'https:': new https.Agent({ keepAlive: true, maxSockets: 2 }),
}

/** Statuses after which the same request may be sent again (OTLP specification, "Failures"). */
const RETRYABLE = new Set([429, 502, 503, 504])

/** Posts an encoded export request. Never rejects. */
export async function post(endpoint: Endpoint, message: Buffer): Promise<Outcome> {
  try {
    const body = endpoint.gzip ? await compress(message) : message
    return await send(endpoint, body)
  } catch (error) {
    return { kind: 'retry', reason: reasonOf(error), afterMs: undefined }
  }
}

function send(endpoint: Endpoint, body: Buffer): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const url = new URL(endpoint.url)
    const secure = url.protocol === 'https:'
    const request = (secure ? https : http).request(url, {
      method: 'POST',
      agent: agents[secure ? 'https:' : 'http:'],
      timeout: endpoint.timeoutMs,
      headers: {
        ...endpoint.headers,
        'content-type': 'application/x-protobuf',
        'content-length': body.length,
        ...(endpoint.gzip ? { 'content-encoding': 'gzip' } : {}),
      },
    })
    request.on('timeout', () => request.destroy(new Error(`no answer within ${endpoint.timeoutMs} ms`)))
    request.on('error', reject)
    request.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => resolve(outcomeOf(response, Buffer.concat(chunks))))
    })
    request.end(body)
  })
}

function outcomeOf(response: http.IncomingMessage, body: Buffer): Outcome {
  const status = response.statusCode ?? 0
  if (status >= 200 && status < 300) return { kind: 'taken', ...partialSuccess(body) }
  const reason = `HTTP ${status}`
  if (!RETRYABLE.has(status)) return { kind: 'refused', reason }
  const seconds = Number(response.headers['retry-after'])
  return { kind: 'retry', reason, afterMs: seconds > 0 ? Math.min(seconds, 60) * 1000 : undefined }
}

/** ExportXServiceResponse: field 1 is partial_success, in it 1 the number of rejected records and 2 the reason. */
function partialSuccess(body: Buffer): { rejected: number; reason: string } {
  const partial = { rejected: 0, reason: '' }
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 1; at < body.length; shift *= 0x80) {
      const byte = body[at++] ?? 0
      value += (byte & 0x7f) * shift
      if (byte < 0x80) break
    }
    return value
  }
  if (varint() !== 0x0a) return partial
  varint()
  while (at < body.length) {
    const tag = varint()
    const value = varint()
    if (tag === 0x08) partial.rejected = value
    else if (tag === 0x12) {
      partial.reason = body.subarray(at, at + value).toString()
      at += value
    } else break
  }
  return partial
}

function compress(message: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gzip(message, (error, zipped) => (error ? reject(error) : resolve(zipped)))
  })
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // A connection refused on both IPv4 and IPv6 arrives as an AggregateError without a message of its own.
  const first = error instanceof AggregateError ? error.errors[0] : error
  return first instanceof Error ? first.message : String(first)
}
