/**
 * One request through many services, as an OTLP/JSON message: a tree in which each calls up to three others.
 */

import { randomBytes } from 'node:crypto'
import { attributes, type Json, nanoseconds, resourceOf } from './shop.ts'

export function largeShop(count: number): Json {
  const traceId = randomBytes(16).toString('hex')
  const at = Date.now() - 30_000
  const ids = Array.from({ length: count }, () => randomBytes(8).toString('hex'))
  const span = (spanId: string, kind: number, parentSpanId: string) => ({
    ...{ traceId, spanId, parentSpanId, kind, name: 'GET /', attributes: attributes({ 'http.route': '/' }) },
    ...{ startTimeUnixNano: nanoseconds(at), endTimeUnixNano: nanoseconds(at + 20) },
  })
  return {
    resourceSpans: ids.map((id, index) => {
      const callees = [1, 2, 3].map((child) => index * 3 + child).filter((child) => child < count)
      const calls = callees.map((child) => span(callOf(ids, child), 3, id))
      const served = span(id, 2, index === 0 ? '' : callOf(ids, index))
      return { resource: resourceOf(`service-${index}`), scopeSpans: [{ spans: [served, ...calls] }] }
    }),
  }
}

/** The id of the call that leads to a service. */
function callOf(ids: readonly string[], index: number): string {
  return (ids[index] ?? '').split('').toReversed().join('')
}
