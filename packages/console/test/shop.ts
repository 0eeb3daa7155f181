/**
 * What a shop of five services would send: traces that cross services, a database and a queue, with their log lines and
 * metrics, as OTLP/JSON messages. Used by tests, by sample.ts and by the benchmark.
 */

import { randomBytes } from 'node:crypto'

type Plain = string | number | boolean
export type Json = Record<string, unknown>

/** One request through the shop, grouped by the service that sends each part. */
export interface Journey {
  traceId: string
  spans: Map<string, Json[]>
  logs: Map<string, Json[]>
}

export interface JourneyOptions {
  /** Milliseconds since the epoch. */
  at: number
  /** 0 to 1, decides what happens; the same number gives the same story. */
  luck: number
  /** Log lines for each server span. */
  logs?: number
}

const kind = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 }

interface SpanOptions {
  service: string
  name: string
  kind: number
  parent?: string
  /** Milliseconds after the journey began. */
  start: number
  duration: number
  attributes?: Record<string, Plain>
  error?: { type: string; message: string; stack: string }
}

export function attributes(values: Record<string, Plain>): Json[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: anyValue(value) }))
}

function anyValue(value: Plain): Json {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}

export function nanoseconds(milliseconds: number): string {
  return `${Math.round(milliseconds * 1000)}000`
}

export function resourceOf(service: string): Json {
  return {
    attributes: attributes({
      'service.name': service,
      'service.version': '1.4.2',
      'service.instance.id': `${service}-1`,
      'deployment.environment.name': 'sample',
      'host.name': 'laptop',
      'process.runtime.name': 'nodejs',
      'process.pid': 4000 + service.length,
    }),
  }
}

const products = ['tea-pot', 'cup', 'kettle', 'strainer', 'tin']
const declined = {
  type: 'PaymentDeclined',
  message: 'The card was declined: insufficient funds',
  stack:
    'PaymentDeclined: The card was declined\n    at authorise (/shop/payments/src/authorise.ts:41:11)\n    at node:internal/process/task_queues:95:5',
}

/** A GET of products (most of them) or an order that crosses all five services. */
export function journey({ at, luck, logs = 1 }: JourneyOptions): Journey {
  const traceId = randomBytes(16).toString('hex')
  const spans = new Map<string, Json[]>()
  const lines = new Map<string, Json[]>()
  const slow = 1 + luck * luck * 4
  const add = (options: SpanOptions): string => {
    const spanId = randomBytes(8).toString('hex')
    push(spans, options.service, spanMessage(traceId, spanId, at, options))
    return spanId
  }
  const log = (
    service: string,
    spanId: string,
    start: number,
    severity: number,
    body: string,
    more: Record<string, Plain>,
  ) => {
    for (let line = 0; line < logs; line++)
      push(lines, service, logMessage(traceId, spanId, at + start + line, severity, body, more))
  }
  const http = (method: string, route: string, path: string, status: number) => ({
    'http.request.method': method,
    'http.route': route,
    'url.path': path,
    'url.scheme': 'http',
    'http.response.status_code': status,
    'network.protocol.version': '1.1',
    'request.id': traceId.slice(0, 16),
  })
  const call = (
    from: string,
    to: string,
    parent: string,
    start: number,
    duration: number,
    method: string,
    route: string,
    path: string,
    status = 200,
  ) => {
    const sent = {
      'http.request.method': method,
      'url.full': `http://${to}:3000${path}`,
      'server.address': to,
      'server.port': 3000,
      'http.response.status_code': status,
    }
    const client = add({ service: from, name: method, kind: kind.client, parent, start, duration, attributes: sent })
    const server = {
      service: to,
      name: `${method} ${route}`,
      kind: kind.server,
      parent: client,
      start: start + 0.6,
      duration: duration - 1.2,
    }
    return add({
      ...server,
      attributes: http(method, route, path, status),
      ...(status >= 500 ? { error: declined } : {}),
    })
  }
  const query = (service: string, parent: string, start: number, duration: number, text: string) =>
    add({
      service,
      name: text.split(' ', 3).join(' '),
      kind: kind.client,
      parent,
      start,
      duration,
      attributes: { 'db.system.name': 'postgresql', 'db.namespace': 'shop', 'db.query.text': text },
    })
  const product = products[Math.floor(luck * 997) % products.length] ?? 'cup'

  if (luck < 0.7) {
    const root = add({
      service: 'gateway',
      name: 'GET /products',
      kind: kind.server,
      start: 0,
      duration: 9 * slow,
      attributes: http('GET', '/products', '/products', 200),
    })
    const stock = call('gateway', 'inventory', root, 1, 7 * slow, 'GET', '/stock/:product', `/stock/${product}`)
    query('inventory', stock, 2.5, 3 * slow, 'SELECT * FROM stock WHERE product = $1')
    log('gateway', root, 8, 9, `GET /products 200 in ${Math.round(9 * slow)} ms`, { 'http.route': '/products' })
    log('inventory', stock, 6, 5, `stock of ${product} read`, { product, cache: 'miss' })
    return { traceId, spans, logs: lines }
  }
  const fails = luck > 0.94
  const order = Math.floor(luck * 1e6)
  const status = fails ? 502 : 201
  const root = add({
    service: 'gateway',
    name: 'POST /orders',
    kind: kind.server,
    start: 0,
    duration: 60 * slow,
    attributes: http('POST', '/orders', '/orders', status),
  })
  const placed = call('gateway', 'orders', root, 1, 58 * slow, 'POST', '/orders', '/orders', status)
  const reserved = call('orders', 'inventory', placed, 4, 10 * slow, 'POST', '/reservations', '/reservations')
  query('inventory', reserved, 6, 5 * slow, 'UPDATE stock SET count = count - $1 WHERE product = $2')
  const paid = call(
    'orders',
    'payments',
    placed,
    4 + 11 * slow,
    30 * slow,
    'POST',
    '/authorisations',
    '/authorisations',
    fails ? 502 : 200,
  )
  query('orders', placed, 6 + 43 * slow, 4 * slow, 'INSERT INTO orders (id, product) VALUES ($1, $2)')
  log('orders', placed, 5, 9, `order ${order} placed for ${product}`, { 'order.id': order, product })
  if (fails) {
    const failure = {
      'exception.type': declined.type,
      'exception.message': declined.message,
      'exception.stacktrace': declined.stack,
    }
    log('payments', paid, 20, 17, 'payment declined', { 'order.id': order, ...failure })
    return { traceId, spans, logs: lines }
  }
  const queue = { 'messaging.system': 'pg-boss', 'messaging.destination.name': 'receipts' }
  const sent = add({
    service: 'orders',
    name: 'send receipts',
    kind: kind.producer,
    parent: placed,
    start: 6 + 48 * slow,
    duration: 2,
    attributes: queue,
  })
  const taken = add({
    service: 'notifier',
    name: 'process receipts',
    kind: kind.consumer,
    parent: sent,
    start: 90 * slow,
    duration: 14 * slow,
    attributes: queue,
  })
  log('notifier', taken, 95 * slow, luck > 0.9 ? 13 : 9, `receipt of order ${order} sent`, { 'order.id': order })
  return { traceId, spans, logs: lines }
}

function spanMessage(traceId: string, spanId: string, at: number, options: SpanOptions): Json {
  const { name, parent = '', start, duration, error } = options
  const event = error && {
    timeUnixNano: nanoseconds(at + start + duration / 2),
    name: 'exception',
    attributes: attributes({
      'exception.type': error.type,
      'exception.message': error.message,
      'exception.stacktrace': error.stack,
    }),
  }
  return {
    traceId,
    spanId,
    parentSpanId: parent,
    name,
    kind: options.kind,
    startTimeUnixNano: nanoseconds(at + start),
    endTimeUnixNano: nanoseconds(at + start + duration),
    attributes: attributes(options.attributes ?? {}),
    events: event ? [event] : [],
    status: error ? { code: 2, message: error.message } : {},
  }
}

function logMessage(
  traceId: string,
  spanId: string,
  time: number,
  severityNumber: number,
  body: string,
  more: Record<string, Plain>,
): Json {
  return {
    timeUnixNano: nanoseconds(time),
    severityNumber,
    body: { stringValue: body },
    attributes: attributes(more),
    traceId,
    spanId,
  }
}

function push<Item>(map: Map<string, Item[]>, key: string, item: Item): void {
  const list = map.get(key)
  if (list) list.push(item)
  else map.set(key, [item])
}

/** Journeys as one traces request and one logs request, with every service's part under its resource. */
export function requestsOf(journeys: Journey[]): { traces: Json; logs: Json } {
  const spans = new Map<string, Json[]>()
  const logs = new Map<string, Json[]>()
  for (const one of journeys) {
    for (const [service, list] of one.spans) for (const span of list) push(spans, service, span)
    for (const [service, list] of one.logs) for (const line of list) push(logs, service, line)
  }
  const scope = { name: 'shop', version: '1.0.0' }
  return {
    traces: {
      resourceSpans: [...spans].map(([service, list]) => ({
        resource: resourceOf(service),
        scopeSpans: [{ scope, spans: list }],
      })),
    },
    logs: {
      resourceLogs: [...logs].map(([service, list]) => ({
        resource: resourceOf(service),
        scopeLogs: [{ scope, logRecords: list }],
      })),
    },
  }
}
