/**
 * OTLP/JSON to the messages of the protobuf encoding. It differs from protobuf's own JSON in that ids are hex and unknown names
 * are ignored. Names in snake_case, which several senders write, are read too. A record of the wrong shape is dropped alone.
 */

import type protobuf from 'protobufjs/light.js'
import { checkBrackets } from './bounds.ts'
import { fromZipkin } from './zipkin.ts'

export interface Parsed {
  message: protobuf.Message
  /** Records whose shape is not OTLP's. */
  rejected: number
  reason: string
}

/** The names of the three lists that lead from a request to its records. */
export type Path = readonly [resources: string, scopes: string, records: string]

type Json = Record<string, unknown>

/** Throws where the body as a whole is not an export. */
export function parseJson(type: protobuf.Type, record: protobuf.Type, path: Path, body: Uint8Array): Parsed {
  checkBrackets(body)
  const parsed = objectOf(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body), revive), path)
  try {
    return { message: type.fromObject(parsed), rejected: 0, reason: '' }
  } catch (error) {
    return withoutBad(type, record, path, parsed, error)
  }
}

/** The same for Zipkin's spans. */
export function parseZipkin(type: protobuf.Type, body: Uint8Array): Parsed {
  checkBrackets(body)
  const { message, ...dropped } = fromZipkin(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)))
  const parsed: Json = JSON.parse(JSON.stringify(message), revive)
  return { message: type.fromObject(parsed), ...dropped }
}

function objectOf(parsed: unknown, [resources]: Path): Json {
  if (!isObject(parsed)) throw new Error('it is not a JSON object')
  const names = Object.keys(parsed)
  if (names.length > 0 && !names.includes(resources)) {
    throw new Error(`it has no ${resources}, but ${names.slice(0, 5).join(', ')}`)
  }
  return parsed
}

/** Drops the records that cannot be converted. Throws the first error if none of them is the cause. */
function withoutBad(type: protobuf.Type, record: protobuf.Type, path: Path, parsed: Json, first: unknown): Parsed {
  const [resources, scopes, records] = path
  let rejected = 0
  let reason = ''
  for (const resource of listIn(parsed, resources)) {
    for (const scope of listIn(resource, scopes)) {
      scope[records] = listIn(scope, records).filter((each) => {
        try {
          record.fromObject(each)
          return true
        } catch (error) {
          rejected++
          reason = `A record was refused: ${error instanceof Error ? error.message : error}.`
          return false
        }
      })
    }
  }
  if (rejected === 0) throw first
  return { message: type.fromObject(parsed), rejected, reason }
}

function listIn(holder: Json, name: string): Json[] {
  const list = holder[name] ?? []
  if (!Array.isArray(list)) throw new Error(`${name} is not a list`)
  return list
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const ids = new Set(['traceId', 'spanId', 'parentSpanId', 'trace_id', 'span_id', 'parent_span_id'])
const HEX = /^(?:[0-9a-f]{2})*$/i
const noBytes = Buffer.alloc(0)

/** Keys are names of the protocol only: an attribute's key is a value in OTLP/JSON. */
function revive(key: string, value: unknown): unknown {
  // An id that is not hex becomes one that is missing: its record alone is refused.
  if (typeof value === 'string' && ids.has(key)) return HEX.test(value) ? Buffer.from(value, 'hex') : noBytes
  return isObject(value) && Object.keys(value).some((name) => name.includes('_')) ? camelCased(value) : value
}

function camelCased(value: Json): Json {
  const entries = Object.entries(value).map(([name, each]): [string, unknown] => [
    name.replace(/_([a-z])/g, (_, first: string) => first.toUpperCase()),
    each,
  ])
  return Object.fromEntries(entries)
}
