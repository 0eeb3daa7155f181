/**
 * Decodes export requests of OTLP into plain records that a test can compare.
 */

import type { Type } from 'protobufjs'
import { logs, metrics, traces } from './otlp-schema.ts'

/** A record with ids as hexadecimal text, attributes as an object, 64-bit integers as text. */
export type Plain = Record<string, unknown>

/** What one export request holds, decoded. A status that was not sent and an empty one are the same: unset. */
export function decodeTraces(body: Uint8Array): Plain[] {
  return grouped(plain(traces, body), 'resourceSpans', 'scopeSpans', 'spans').map((span) => ({ status: {}, ...span }))
}

export function decodeLogs(body: Uint8Array): Plain[] {
  return grouped(plain(logs, body), 'resourceLogs', 'scopeLogs', 'logRecords')
}

export function decodeMetrics(body: Uint8Array): Plain[] {
  return grouped(plain(metrics, body), 'resourceMetrics', 'scopeMetrics', 'metrics').map(
    (metric) => deepReadable(metric) as Plain,
  )
}

/** Points and exemplars with readable ids and attributes. */
function deepReadable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deepReadable)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(readable(value as Plain))
  return Object.fromEntries(entries.map(([key, item]) => [key, key === 'attributes' ? item : deepReadable(item)]))
}

function plain(type: Type, body: Uint8Array): Plain {
  return type.toObject(type.decode(body), { longs: String, bytes: Array, arrays: true })
}

function grouped(message: Plain, ...[resources, scopes, records]: [string, string, string]): Plain[] {
  return list(message[resources]).flatMap((resource) =>
    list(resource[scopes]).flatMap((scope) =>
      list(scope[records]).map((record) => ({
        ...readable(record),
        scope: (scope.scope as Plain).name,
        resource: attributesOf((resource.resource as Plain).attributes),
      })),
    ),
  )
}

function list(value: unknown): Plain[] {
  return Array.isArray(value) ? value : []
}

function readable(value: Plain): Plain {
  const entries = Object.entries(value).map(([key, item]) => {
    if (/[tT]raceId$|[sS]panId$/.test(key)) return [key, Buffer.from(item as number[]).toString('hex')]
    if (key === 'attributes') return [key, attributesOf(item)]
    if (key === 'events' || key === 'links') return [key, list(item).map(readable)]
    if (key === 'body') return [key, anyValue(item as Plain)]
    return [key, item]
  })
  return Object.fromEntries(entries)
}

function attributesOf(pairs: unknown): Plain {
  return Object.fromEntries(list(pairs).map(({ key, value }) => [key, anyValue(value as Plain)]))
}

function anyValue(value: Plain): unknown {
  if (value.arrayValue !== undefined) return list((value.arrayValue as Plain).values).map(anyValue)
  if (value.kvlistValue !== undefined) return attributesOf((value.kvlistValue as Plain).values)
  if (value.intValue !== undefined) return BigInt(String(value.intValue))
  return Object.values(value)[0]
}
