/**
 * Metrics and labels of @lab/observe as Prometheus knows them, in one place; a test scrapes a real service to see that they are
 * there.
 */

export const metric = {
  requests: 'http_server_request_duration_seconds_count',
  requestBuckets: 'http_server_request_duration_seconds_bucket',
  queryBuckets: 'db_client_operation_duration_seconds_bucket',
  loopDelay: 'nodejs_eventloop_delay_p99_seconds',
  loopUtilization: 'nodejs_eventloop_utilization_ratio',
  heapUsed: 'v8js_memory_heap_used_bytes',
  heapLimit: 'v8js_memory_heap_limit_bytes',
  uptime: 'process_uptime_seconds',
  dropped: 'observe_dropped_total',
  queue: 'observe_queue_length',
  queueLimit: 'observe_queue_limit',
  overflow: 'observe_series_overflow_total',
  /** Made by Prometheus itself at each scrape. */
  up: 'up',
  scrapeDuration: 'scrape_duration_seconds',
} as const

export const label = {
  service: 'job',
  instance: 'instance',
  status: 'http_response_status_code',
  signal: 'signal',
  reason: 'reason',
  instrument: 'instrument',
} as const

/** Series that the recording rules make. */
export const recorded = {
  requestRate: 'job:http_server_requests:rate5m',
  errorRatio: (window: string) => `job_slo:http_server_errors:ratio_rate${window}`,
  objective: 'job_slo:objective:ratio',
  budget: 'job_slo:error_budget_remaining:ratio',
} as const
