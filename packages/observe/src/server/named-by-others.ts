/**
 * What user code and instrumentations of OpenTelemetry say of an exchange besides its framework: its route, and fields of their own.
 */
import { type Attributes, INVALID_SPAN_CONTEXT, type Span, trace } from '@opentelemetry/api'
import { type RPCMetadata, RPCType } from '@opentelemetry/core'
import { attribute } from '../conventions/names.ts'

/** Most fields of the user's own on one line. */
const MAX_FIELDS = 64

/** `http.route` of a span, by whatever provider it is; `undefined` where none was set. */
export function routeOn(span: Span | undefined): string | undefined {
  if (span === undefined) return undefined
  if ('route' in span) return textIn(span.route)
  return 'attributes' in span ? textIn((span.attributes as Attributes | undefined)?.[attribute.route]) : undefined
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** `before` with those of `more` that fit. */
export function withFields(before: Attributes | undefined, more: Attributes): Attributes {
  const known = before ?? {}
  let count = Object.keys(known).length
  for (const [key, value] of Object.entries(more)) {
    if (!Object.hasOwn(known, key)) count += 1
    if (count <= MAX_FIELDS) known[key] = value
  }
  return known
}

/** What an instrumentation finds by `getRPCMetadata()`: a route that it sets there names the exchange. */
export class NamedByRpc implements RPCMetadata {
  readonly type = RPCType.HTTP
  readonly span: Span
  readonly #exchange: { route(template: string): void }

  constructor(exchange: { route(template: string): void }, span: Span | undefined) {
    this.#exchange = exchange
    this.span = span ?? trace.wrapSpanContext(INVALID_SPAN_CONTEXT)
  }

  set route(template: string) {
    if (typeof template === 'string' && template !== '') this.#exchange.route(template)
  }
}
