/**
 * What a span counts as. A request is a span that a caller waited for at the service's edge: a server or consumer span, or
 * a root (a script, a job, a load generator). A call goes the other way, to a database, a queue or another service.
 * Names follow the semantic conventions, the stable ones first and those before them second.
 */

import type { Attributes } from '../../contract/contract.ts'
import { textOf } from '../../otlp/attributes.ts'
import type { SpanRecord } from '../../otlp/record.ts'

export const SERVER = 2
export const CLIENT = 3
export const PRODUCER = 4
export const CONSUMER = 5

export function isRequest(span: SpanRecord): boolean {
  return span.kind === SERVER || span.kind === CONSUMER || span.parentId.length === 0
}

/** `GET /orders/:id` where the span knows its route, else the span's name, which for RPC and messaging is what is called. */
export function routeOf({ attributes, name }: SpanRecord): string {
  const route = first(attributes, 'http.route')
  if (!route) return name
  const method = first(attributes, 'http.request.method', 'http.method')
  return method ? `${method} ${route}` : route
}

/**
 * What the console counts a span as: a place in `statuses`. One rule for the map, the tables, the charts, the errors and the
 * traces: an answer of 5xx or the status ERROR is an error, an answer of 4xx is a client error, which is not counted as
 * an error. The conventions have a caller mark 4xx as ERROR and a server not, so for the caller the answer decides, unless
 * something else went wrong than the answer.
 */
export function outcomeOf({ status, kind, attributes }: SpanRecord): number {
  if (kind !== SERVER && kind !== CLIENT) return status
  const answered = Number(first(attributes, 'http.response.status_code', 'http.status_code'))
  if (answered >= 500) return 2
  if (!(answered >= 400)) return status
  if (kind === SERVER) return status === 0 ? 3 : status
  const wrong = first(attributes, 'error.type')
  return wrong === undefined || Number(wrong) === answered ? 3 : status
}

export function isError(span: SpanRecord): boolean {
  return outcomeOf(span) === 2
}

/** A place on the map, as `kind:name`. */
export type Node = `${'service' | 'database' | 'queue' | 'external'}:${string}`

export function serviceNode(service: string): Node {
  return `service:${service}`
}

/** The database that a client span calls, else undefined. */
export function databaseOf({ kind, attributes }: SpanRecord): Node | undefined {
  if (kind !== CLIENT) return undefined
  const system = first(attributes, 'db.system.name', 'db.system')
  if (!system) return undefined
  const name = first(attributes, 'db.namespace', 'db.name') ?? first(attributes, 'server.address', 'net.peer.name')
  return `database:${name ? `${system} ${name}` : system}`
}

/** The queue that a span writes to or reads from, else undefined. */
export function queueOf({ kind, attributes }: SpanRecord): Node | undefined {
  if (kind !== PRODUCER && kind !== CONSUMER) return undefined
  const name = first(attributes, 'messaging.destination.name', 'messaging.destination')
  return name ? `queue:${name}` : undefined
}

/** The peer that a client span names: the node of the map when the peer sends no spans. */
export function addressOf({ attributes }: SpanRecord): Node | undefined {
  const host = first(attributes, 'peer.service', 'server.address', 'net.peer.name', 'rpc.service') ?? hostOf(attributes)
  if (!host) return undefined
  const port = first(attributes, 'server.port', 'net.peer.port')
  return `external:${port && !host.includes(':') ? `${host}:${port}` : host}`
}

function hostOf(attributes: Attributes): string | undefined {
  const url = first(attributes, 'url.full', 'http.url')
  return url && URL.canParse(url) ? new URL(url).host : undefined
}

export function first(attributes: Attributes, ...keys: string[]): string | undefined {
  for (const key of keys) {
    const value = attributes[key]
    if (value !== undefined && value !== null && value !== '') return textOf(value)
  }
  return undefined
}
