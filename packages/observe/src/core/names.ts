/**
 * Every metric, attribute and log field that the library writes, in one place, so that dashboards, alerts and the
 * reference can be checked against it. Names are those of the OpenTelemetry semantic conventions 1.45 where it has
 * one; what is the library's own begins with `observe.`.
 */

/** The instrumentation scope of all that the library itself records. */
export const SCOPE = '@lab/observe'

/** Value of a label whose real value is not known or not bounded. */
export const OTHER = '_OTHER'

/** Marks the one series that takes what would exceed the cap (OpenTelemetry metrics SDK, "cardinality limits"). */
export const OVERFLOW = 'otel.metric.overflow'

export const attribute = {
  dbCollection: 'db.collection.name',
  dbConnectionState: 'db.client.connection.state',
  dbNamespace: 'db.namespace',
  dbOperation: 'db.operation.name',
  dbPoolName: 'db.client.connection.pool.name',
  dbQuerySummary: 'db.query.summary',
  dbQueryText: 'db.query.text',
  dbResponseStatus: 'db.response.status_code',
  dbSystem: 'db.system.name',
  errorType: 'error.type',
  method: 'http.request.method',
  methodOriginal: 'http.request.method_original',
  protocolVersion: 'network.protocol.version',
  route: 'http.route',
  scheme: 'url.scheme',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  status: 'http.response.status_code',
  urlFull: 'url.full',
  urlPath: 'url.path',
  userAgent: 'user_agent.original',
} as const

export const metric = {
  requestDuration: 'http.server.request.duration',
  activeRequests: 'http.server.active_requests',
  clientDuration: 'http.client.request.duration',
  dbConnections: 'db.client.connection.count',
  dbConnectionsMax: 'db.client.connection.max',
  dbDuration: 'db.client.operation.duration',
  dbPendingRequests: 'db.client.connection.pending_requests',
  eventLoopDelay: 'nodejs.eventloop.delay',
  eventLoopUtilization: 'nodejs.eventloop.utilization',
  gcDuration: 'v8js.gc.duration',
  heapUsed: 'v8js.memory.heap.used',
  heapLimit: 'v8js.memory.heap.limit',
  heapSpaceAvailable: 'v8js.memory.heap.space.available_size',
  cpuTime: 'process.cpu.time',
  memoryUsage: 'process.memory.usage',
  externalMemory: 'nodejs.memory.external',
  uptime: 'process.uptime',
  activeResources: 'nodejs.active_resources',
  observeExported: 'observe.exported',
  observeDropped: 'observe.dropped',
  observeQueue: 'observe.queue.length',
  observeQueueLimit: 'observe.queue.limit',
  observeSeries: 'observe.series',
  observeOverflow: 'observe.series.overflow',
} as const

/** Boundaries in seconds, from the HTTP semantic conventions. */
export const HTTP_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

/** Boundaries in seconds, from the database semantic conventions. */
export const DB_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]

/** Boundaries in seconds, from the V8 semantic conventions. */
export const GC_BUCKETS = [0.01, 0.1, 1, 10]

export const logField = {
  service: 'service',
  version: 'version',
  environment: 'environment',
  traceId: 'trace_id',
  spanId: 'span_id',
  traceFlags: 'trace_flags',
  error: 'err',
  method: 'method',
  route: 'route',
  path: 'path',
  status: 'status',
  durationMs: 'duration_ms',
  aborted: 'aborted',
} as const

/** Methods that may stand in a label (RFC 9110 and RFC 5789); any other is `_OTHER`. */
export const KNOWN_METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
])
