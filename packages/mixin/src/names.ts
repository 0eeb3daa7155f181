/**
 * Metrics and labels of @lab/observe as Prometheus knows them, in one place; a test scrapes a real service to see that they are
 * there.
 */

/** Boundaries of the latency histogram, in seconds, where a service sets no others. */
export const defaultBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

export const metric = {
  requests: 'http_server_request_duration_seconds_count',
  requestBuckets: 'http_server_request_duration_seconds_bucket',
  activeRequests: 'http_server_active_requests',
  calls: 'http_client_request_duration_seconds_count',
  callBuckets: 'http_client_request_duration_seconds_bucket',
  queries: 'db_client_operation_duration_seconds_count',
  queryBuckets: 'db_client_operation_duration_seconds_bucket',
  pool: 'db_client_connection_count',
  poolMax: 'db_client_connection_max',
  poolPending: 'db_client_connection_pending_requests',
  loopDelayMax: 'nodejs_eventloop_delay_max_seconds',
  loopDelay: 'nodejs_eventloop_delay_p99_seconds',
  loopDelayMedian: 'nodejs_eventloop_delay_p50_seconds',
  loopUtilization: 'nodejs_eventloop_utilization_ratio',
  gcSeconds: 'v8js_gc_duration_seconds_sum',
  gcCount: 'v8js_gc_duration_seconds_count',
  heapUsed: 'v8js_memory_heap_used_bytes',
  heapAvailable: 'v8js_memory_heap_space_available_size_bytes',
  heapLimit: 'v8js_memory_heap_limit_bytes',
  memory: 'process_memory_usage_bytes',
  externalMemory: 'nodejs_memory_external_bytes',
  cpu: 'process_cpu_time_seconds_total',
  handles: 'nodejs_active_resources',
  uptime: 'process_uptime_seconds',
  target: 'target_info',
  exported: 'observe_exported_total',
  dropped: 'observe_dropped_total',
  queue: 'observe_queue_length',
  queueLimit: 'observe_queue_limit',
  series: 'observe_series',
  overflow: 'observe_series_overflow_total',
  rejected: 'observe_measurements_rejected_total',
  /** Made by Prometheus itself at each scrape. */
  up: 'up',
  scrapeDuration: 'scrape_duration_seconds',
  scrapeSamples: 'scrape_samples_scraped',
  /** Made by Prometheus itself of the alerts that its rules raise. */
  alerts: 'ALERTS',
} as const

export const label = {
  service: 'job',
  instance: 'instance',
  route: 'http_route',
  method: 'http_request_method',
  status: 'http_response_status_code',
  errorType: 'error_type',
  serverAddress: 'server_address',
  serverPort: 'server_port',
  querySummary: 'db_query_summary',
  poolName: 'db_client_connection_pool_name',
  poolState: 'db_client_connection_state',
  gcType: 'v8js_gc_type',
  heapSpace: 'v8js_heap_space_name',
  cpuMode: 'cpu_mode',
  handleType: 'nodejs_resource_type',
  version: 'service_version',
  runtimeVersion: 'process_runtime_version',
  signal: 'signal',
  reason: 'reason',
  instrument: 'instrument',
  slo: 'slo',
} as const

/** Labels and structured metadata of log lines as Loki has them by OTLP. */
export const logLabel = {
  service: 'service_name',
  level: 'detected_level',
  route: 'route',
  traceId: 'trace_id',
  exceptionType: 'exception_type',
  exceptionMessage: 'exception_message',
} as const

/** Series that the recording rules make. */
export const recorded = {
  requestRate: 'job:http_server_requests:rate5m',
  errorRatio: (window: string) => `job_slo:http_server_errors:ratio_rate${window}`,
  objective: 'job_slo:objective:ratio',
  budget: 'job_slo:error_budget_remaining:ratio',
} as const
