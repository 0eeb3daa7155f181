/**
 * OTLP over HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp): one request, and what its answer means. The only
 * file that talks to a backend.
 */
import http from 'node:http'
import https from 'node:https'
import { gzip } from 'node:zlib'
import type { Endpoint } from '../settings/otlp-settings.ts'

export type ExportResult =
  | { kind: 'taken'; rejected: number; reason: string }
  | { kind: 'refused'; reason: string; status: number }
  /** Without `error` it was answered, by a status after which the same may be sent again. */
  | { kind: 'retry'; reason: string; afterMs: number | undefined; error?: NodeJS.ErrnoException }

const agents = {
  'http:': new http.Agent({ keepAlive: true, maxSockets: 2 }),
  'https:': new https.Agent({ keepAlive: true, maxSockets: 2 }),
}

/** Characters of a refusal that are passed on. */
const MAX_SAID = 200

/** Statuses after which the same request may be sent again (OTLP specification, "Failures"). */
const RETRYABLE = new Set([429, 502, 503, 504])

/** Longest time that a backend may ask us to wait. */
export const MAX_RETRY_AFTER_MS = 60_000

/** Posts an encoded export request. Never rejects. */
export async function post(endpoint: Endpoint, message: Buffer): Promise<ExportResult> {
  try {
    const body = endpoint.gzip ? await compress(message) : message
    return await send(endpoint, body)
  } catch (error) {
    const cause = causeOf(error)
    return { kind: 'retry', reason: cause.message, afterMs: undefined, error: cause }
  }
}

function send(endpoint: Endpoint, body: Buffer): Promise<ExportResult> {
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
    request.on('timeout', () => {
      request.destroy(Object.assign(new Error(`no answer within ${endpoint.timeoutMs} ms`), { code: 'ETIMEDOUT' }))
    })
    // A backend that hangs keeps no process alive; who waits for the answer holds the event loop with a deadline.
    request.on('socket', (socket) => socket.unref())
    request.on('error', reject)
    request.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => resolve(outcomeOf(endpoint, response, Buffer.concat(chunks))))
    })
    request.end(body)
  })
}

function outcomeOf(endpoint: Endpoint, response: http.IncomingMessage, body: Buffer): ExportResult {
  const status = response.statusCode ?? 0
  if (status >= 200 && status < 300) return { kind: 'taken', ...partialSuccess(body) }
  const said = withoutSecrets(textOf(body, response.headers['content-type']), endpoint.headers)
  const reason = said === '' ? `HTTP ${status}` : `HTTP ${status}: ${said}`
  if (!RETRYABLE.has(status)) return { kind: 'refused', reason, status }
  const seconds = Number(response.headers['retry-after'])
  return { kind: 'retry', reason, afterMs: seconds > 0 ? Math.min(seconds * 1000, MAX_RETRY_AFTER_MS) : undefined }
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

/** What a backend says of its refusal: plain text, or a google.rpc.Status, whose message stands between other bytes. */
function textOf(body: Buffer, type = ''): string {
  const text = body.subarray(0, MAX_SAID * 4).toString()
  const readable = type.includes('protobuf') ? (/[ -~]{4,}/.exec(text)?.[0] ?? '') : text.replace(/<[^>]*>/g, ' ')
  return readable
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, MAX_SAID)
}

/** Some backends repeat the token that they do not know. */
function withoutSecrets(text: string, headers: Record<string, string>): string {
  const secrets = Object.values(headers).flatMap((value) => [value, ...value.split(' ')])
  return secrets.reduce((safe, secret) => (secret.length < 6 ? safe : safe.replaceAll(secret, '[redacted]')), text)
}

function causeOf(error: unknown): NodeJS.ErrnoException {
  // A connection refused on both IPv4 and IPv6 arrives as an AggregateError without a message of its own.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  return first instanceof Error ? first : new Error(String(first))
}
