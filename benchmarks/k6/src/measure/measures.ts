/**
 * What is kept of the services while a load runs, with where it is found in Prometheus and in the console.
 */

export interface Measure {
  readonly name: string
  readonly unit: string
  /** One series for each value of `job`. */
  readonly promql: string
  /** Query of the console's `/api/metric`; its values are multiplied by `factor`. */
  readonly console?: { readonly name: string; readonly stat?: string; readonly factor?: number }
}

/** Window of a rate: three scrapes. */
const WINDOW = '15s'

const requests = `sum by (job) (rate(http_server_request_duration_seconds_count[${WINDOW}]))`
const calls = `sum by (job) (rate(http_client_request_duration_seconds_count[${WINDOW}]))`
const queries = `sum by (job) (rate(db_client_operation_duration_seconds_count[${WINDOW}]))`

export const measures: readonly Measure[] = [
  {
    name: 'CPU',
    unit: 'cores',
    promql: `sum by (job) (rate(process_cpu_time_seconds_total[${WINDOW}]))`,
    console: { name: 'process.cpu.time', stat: 'rate' },
  },
  {
    name: 'event loop utilization',
    unit: 'share',
    promql: 'max by (job) (nodejs_eventloop_utilization_ratio)',
    console: { name: 'nodejs.eventloop.utilization' },
  },
  {
    name: 'event loop delay p99',
    unit: 'ms',
    promql: '1000 * max by (job) (nodejs_eventloop_delay_p99_seconds)',
    console: { name: 'nodejs.eventloop.delay.p99', factor: 1000 },
  },
  {
    name: 'event loop delay max',
    unit: 'ms',
    promql: '1000 * max by (job) (nodejs_eventloop_delay_max_seconds)',
    console: { name: 'nodejs.eventloop.delay.max', factor: 1000 },
  },
  { name: 'garbage collection', unit: 'share', promql: `sum by (job) (rate(v8js_gc_duration_seconds_sum[${WINDOW}]))` },
  {
    name: 'memory',
    unit: 'MB',
    promql: 'sum by (job) (process_memory_usage_bytes) / 1e6',
    console: { name: 'process.memory.usage', factor: 1e-6 },
  },
  {
    name: 'heap used',
    unit: 'MB',
    promql: 'sum by (job) (v8js_memory_heap_used_bytes) / 1e6',
    console: { name: 'v8js.memory.heap.used', factor: 1e-6 },
  },
  {
    name: 'connections in use',
    unit: 'connections',
    promql: 'sum by (job) (db_client_connection_count{db_client_connection_state="used"})',
  },
  {
    name: 'waiting for a connection',
    unit: 'requests',
    promql: 'sum by (job) (db_client_connection_pending_requests)',
    console: { name: 'db.client.connection.pending_requests' },
  },
  { name: 'calls by request', unit: 'calls', promql: `${calls} / (${requests} > 0)` },
  { name: 'requests', unit: '/s', promql: requests },
  {
    name: 'request duration p95',
    unit: 'ms',
    promql: `1000 * histogram_quantile(0.95, sum by (job, le) (rate(http_server_request_duration_seconds_bucket[${WINDOW}])))`,
    console: { name: 'http.server.request.duration', stat: 'p95', factor: 1000 },
  },
  { name: 'database operations', unit: '/s', promql: queries },
  { name: 'database operations by request', unit: 'operations', promql: `${queries} / (${requests} > 0)` },
  {
    name: 'database operation p95',
    unit: 'ms',
    promql: `1000 * histogram_quantile(0.95, sum by (job, le) (rate(db_client_operation_duration_seconds_bucket[${WINDOW}])))`,
    console: { name: 'db.client.operation.duration', stat: 'p95', factor: 1000 },
  },
  {
    name: 'receipts waiting',
    unit: 'receipts',
    promql: 'max by (job) (shop_receipts_queue_depth)',
    console: { name: 'shop.receipts.queue.depth' },
  },
  {
    name: 'signals dropped',
    unit: '/s',
    promql: `sum by (job) (rate(observe_dropped_total[${WINDOW}]))`,
    console: { name: 'observe.dropped', stat: 'rate' },
  },
]
