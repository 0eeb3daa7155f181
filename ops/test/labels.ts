/**
 * Every label that a metric of the shop may have, with the most values it can take. A label that is missing here is one
 * that was not considered.
 */

/** Grows with the size of the program, never with what its users do. */
const ofTheProgram = 200
/** Grows with each start, on `target_info` alone. */
const ofTheProcess = 500

export const mostValues: Readonly<Record<string, number>> = {
  __name__: ofTheProgram,
  // Of the series in which Prometheus keeps its own alerts.
  alertname: 20,
  alertstate: 2,
  currency: 1,
  cpu_mode: 2,
  db_client_connection_pool_name: 6,
  db_client_connection_state: 2,
  db_collection_name: 20,
  db_namespace: 3,
  db_operation_name: 20,
  db_query_summary: 50,
  db_system_name: 2,
  deployment_environment_name: 1,
  // Classes of errors and statuses.
  error_type: 40,
  host_name: ofTheProcess,
  // The known ones and _OTHER.
  http_request_method: 10,
  http_response_status_code: 40,
  http_route: 50,
  // One for each service, more where it moved.
  instance: 60,
  instrument: ofTheProgram,
  job: 6,
  le: 60,
  network_protocol_version: 3,
  nodejs_resource_type: 40,
  outcome: 20,
  process_pid: ofTheProcess,
  process_runtime_name: 1,
  process_runtime_version: 3,
  reason: 10,
  server_address: 10,
  server_port: 20,
  service_instance_id: ofTheProcess,
  service_name: 6,
  service_version: 3,
  severity: 2,
  signal: 3,
  sku: 20,
  slo: 2,
  telemetry_sdk_language: 1,
  telemetry_sdk_name: 1,
  telemetry_sdk_version: 1,
  url_scheme: 2,
  v8js_gc_type: 4,
  v8js_heap_space_name: 20,
}
