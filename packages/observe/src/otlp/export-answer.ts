/**
 * What the answer to an export request means (OTLP specification, "Full Success", "Partial Success" and "Failures").
 */
import type { IncomingHttpHeaders } from 'node:http'
import type { Endpoint } from '../settings/otlp-settings.ts'
import { fieldsOf } from './protobuf-reader.ts'

export type ExportResult =
  /** `reason` may hold a warning though nothing was rejected. */
  | { kind: 'accepted'; rejected: number; reason: string }
  | { kind: 'refused'; reason: string; status: number }
  /** Without `error` the endpoint answered, with a status after which the same request may be sent again. */
  | { kind: 'retry'; reason: string; afterMs: number | undefined; error?: NodeJS.ErrnoException }

export interface ExportAnswer {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}

/** Bytes of an answer that are kept; the rest is read and dropped. */
export const MAX_ANSWER_BYTES = 64 * 1024

/** Characters of a refusal that are passed on. */
const MAX_REASON = 200

/** Statuses after which the same request may be sent again. */
const RETRYABLE = new Set([429, 502, 503, 504])

/** Longest time in milliseconds that a backend may ask us to wait. */
export const MAX_RETRY_AFTER_MS = 60_000

export function resultOf(endpoint: Endpoint, { status, headers, body }: ExportAnswer): ExportResult {
  if (status >= 200 && status < 300) return { kind: 'accepted', ...partialSuccess(endpoint, body) }
  const text = withoutSecrets(readableText(body, headers['content-type']), endpoint.headers)
  const reason = text === '' ? `HTTP ${status}` : `HTTP ${status}: ${text}`
  if (!RETRYABLE.has(status)) return { kind: 'refused', reason, status }
  return { kind: 'retry', reason, afterMs: retryAfterMs(headers['retry-after']) }
}

/** `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3), within the bound. */
function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now()
  return ms > 0 ? Math.min(ms, MAX_RETRY_AFTER_MS) : undefined
}

/** ExportXServiceResponse: field 1 is partial_success; in it 1 is the number of rejected records, 2 a reason or warning. */
function partialSuccess({ headers }: Endpoint, body: Buffer): { rejected: number; reason: string } {
  const partial = { rejected: 0, reason: '' }
  for (const field of fieldsOf(body)) {
    if (field.number !== 1) continue
    for (const { number, value, content } of fieldsOf(field.content)) {
      if (number === 1) partial.rejected = value
      else if (number === 2) partial.reason = withoutSecrets(content.toString(), headers)
    }
  }
  return partial
}

/** The text of a refusal: plain text, or a google.rpc.Status, whose message is between other bytes. */
function readableText(body: Buffer, type = ''): string {
  const text = body.subarray(0, MAX_REASON * 4).toString()
  const readable = type.includes('protobuf') ? (/[ -~]{4,}/.exec(text)?.[0] ?? '') : text.replace(/<[^>]*>/g, ' ')
  return readable
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, MAX_REASON)
}

/** Some backends repeat the token that they do not know. */
function withoutSecrets(text: string, headers: Record<string, string>): string {
  const secrets = Object.values(headers).flatMap((value) => [value, ...value.split(' ')])
  return secrets.reduce((safe, secret) => (secret.length < 6 ? safe : safe.replaceAll(secret, '[redacted]')), text)
}
