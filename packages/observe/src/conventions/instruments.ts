/**
 * Every metric that the library records: /metrics, OTLP, the recording code and docs/reference.md take name, unit and description
 * from here. Names are those of the OpenTelemetry semantic conventions 1.45 where it has one; metrics about the library itself
 * begin with `observe.`.
 */
import { type MetricDescription, OWN, SEMCONV } from './metric-description.ts'
import { attribute } from './names.ts'
import { runtimeMetric } from './runtime-instruments.ts'

const HTTP = { stability: 'stable', source: `${SEMCONV}/http/http-metrics/` } as const
const DB = { stability: 'stable', source: `${SEMCONV}/db/database-metrics/` } as const

export const metric = {
  requestDuration: {
    name: 'http.server.request.duration',
    kind: 'histogram',
    unit: 's',
    description: 'Duration of HTTP requests that this service answered.',
    attributes: [
      attribute.method,
      attribute.scheme,
      attribute.protocolVersion,
      attribute.route,
      attribute.status,
      attribute.errorType,
    ],
    convention: HTTP,
  },
  activeRequests: {
    name: 'http.server.active_requests',
    kind: 'updowncounter',
    unit: '{request}',
    description: 'HTTP requests that are being answered.',
    attributes: [attribute.method, attribute.scheme],
    convention: { ...HTTP, stability: 'development' },
  },
  clientDuration: {
    name: 'http.client.request.duration',
    kind: 'histogram',
    unit: 's',
    description: 'Duration of HTTP requests that this service sent.',
    attributes: [
      attribute.method,
      attribute.serverAddress,
      attribute.serverPort,
      attribute.status,
      attribute.errorType,
    ],
    convention: HTTP,
  },
  dbDuration: {
    name: 'db.client.operation.duration',
    kind: 'histogram',
    unit: 's',
    description: 'Duration of database operations that this service asked for.',
    attributes: [
      attribute.dbSystem,
      attribute.dbNamespace,
      attribute.serverAddress,
      attribute.serverPort,
      attribute.dbOperation,
      attribute.dbCollection,
      attribute.dbProcedure,
      attribute.dbQuerySummary,
      attribute.dbResponseStatus,
      attribute.errorType,
    ],
    convention: DB,
  },
  dbConnections: pool('count', '{connection}', 'Connections of a pool, by state.', [attribute.dbConnectionState]),
  dbConnectionsMax: pool('max', '{connection}', 'Most connections that a pool may open.'),
  dbPendingRequests: pool('pending_requests', '{request}', 'Callers that wait for a connection of a pool.'),
  ...runtimeMetric,
  observeExported: own('counter', 'observe.exported', '{record}', 'Records that the endpoint has accepted.', [
    attribute.signal,
  ]),
  observeDropped: own('counter', 'observe.dropped', '{record}', 'Records that were dropped, by reason.', [
    attribute.signal,
    attribute.reason,
  ]),
  observeQueue: own('gauge', 'observe.queue.length', '{record}', 'Records that wait for delivery.', [attribute.signal]),
  observeQueueLimit: own('gauge', 'observe.queue.limit', '{record}', 'Most records that may wait.', [attribute.signal]),
  observeSeries: own('gauge', 'observe.series', '{series}', 'Series that an instrument has.', [attribute.instrument]),
  observeRejected: own(
    'counter',
    'observe.measurements.rejected',
    '{measurement}',
    'Measurements that were not recorded because the instrument does not take their value.',
    [attribute.instrument],
  ),
  observeOverflow: own(
    'counter',
    'observe.series.overflow',
    '{measurement}',
    'Measurements counted in an overflow series because the cap on series was reached.',
    [attribute.instrument],
  ),
} as const satisfies Record<string, MetricDescription>

function pool(name: string, unit: string, description: string, attributes: string[] = []): MetricDescription {
  return {
    name: `db.client.connection.${name}`,
    kind: 'updowncounter',
    unit,
    description,
    attributes: [attribute.dbPoolName, ...attributes],
    convention: { ...DB, stability: 'development' },
  }
}

function own(
  kind: MetricDescription['kind'],
  name: string,
  unit: string,
  description: string,
  attributes: string[],
): MetricDescription {
  return { name, kind, unit, description, attributes, convention: OWN }
}
