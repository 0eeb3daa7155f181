/**
 * Every attribute and log field that the library writes, in one place, so that dashboards, alerts and the reference can be
 * checked against it; metrics are in `instruments.ts`. Names are those of the OpenTelemetry semantic conventions 1.45
 * where it has one. The meaning of a name is in `name-meanings.ts`, which the compiler checks to be complete.
 */

/** The instrumentation scope of all that the library itself records. */
export const SCOPE = '@lab/observe'

/** Value of a label whose real value is unknown or unbounded. */
export const OTHER = '_OTHER'

/** Marks the one series for measurements beyond the cap (OpenTelemetry metrics SDK, "cardinality limits"). */
export const OVERFLOW = 'otel.metric.overflow'

export const attribute = {
  clusterProcess: 'cluster.process',
  cpuMode: 'cpu.mode',
  dbBatchSize: 'db.operation.batch.size',
  dbCollection: 'db.collection.name',
  dbConnectionState: 'db.client.connection.state',
  dbNamespace: 'db.namespace',
  dbOperation: 'db.operation.name',
  dbPoolName: 'db.client.connection.pool.name',
  dbProcedure: 'db.stored_procedure.name',
  dbQuerySummary: 'db.query.summary',
  dbQueryText: 'db.query.text',
  dbResponseStatus: 'db.response.status_code',
  dbSystem: 'db.system.name',
  errorType: 'error.type',
  exceptionMessage: 'exception.message',
  exceptionStacktrace: 'exception.stacktrace',
  exceptionType: 'exception.type',
  gcType: 'v8js.gc.type',
  heapSpace: 'v8js.heap.space.name',
  instrument: 'instrument',
  method: 'http.request.method',
  methodOriginal: 'http.request.method_original',
  overflow: OVERFLOW,
  protocolVersion: 'network.protocol.version',
  reason: 'reason',
  resendCount: 'http.request.resend_count',
  resourceType: 'nodejs.resource.type',
  route: 'http.route',
  scheme: 'url.scheme',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  signal: 'signal',
  status: 'http.response.status_code',
  urlFull: 'url.full',
  urlPath: 'url.path',
  userAgent: 'user_agent.original',
} as const

/** Attributes of the resource. */
export const resourceAttribute = {
  environment: 'deployment.environment.name',
  host: 'host.name',
  instance: 'service.instance.id',
  processId: 'process.pid',
  runtimeName: 'process.runtime.name',
  runtimeVersion: 'process.runtime.version',
  sdkLanguage: 'telemetry.sdk.language',
  sdkName: 'telemetry.sdk.name',
  sdkVersion: 'telemetry.sdk.version',
  service: 'service.name',
  version: 'service.version',
} as const

/** Boundaries in seconds, from the HTTP semantic conventions. */
export const HTTP_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

/** Boundaries in seconds, from the database semantic conventions. */
export const DB_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]

/** Boundaries in seconds, from the V8 semantic conventions. */
export const GC_BUCKETS = [0.01, 0.1, 1, 10]

export const logField = {
  level: 'level',
  time: 'time',
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
  message: 'msg',
} as const

/** Methods that may be the value of a label (RFC 9110, RFC 5789 and the draft of QUERY); any other is `_OTHER`. */
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
  'QUERY',
])
