/**
 * A real OTLP/HTTP endpoint for tests: takes what an exporter sends, decodes it with protobufjs and keeps it. The
 * messages are declared here from the public schema, so that they check the library's own encoder and not repeat it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import protobuf from 'protobufjs'

const SCHEMA = `
syntax = "proto3";
message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4;
  ArrayValue array_value = 5; KeyValueList kvlist_value = 6; bytes bytes_value = 7; } }
message ArrayValue { repeated AnyValue values = 1; }
message KeyValueList { repeated KeyValue values = 1; }
message KeyValue { string key = 1; AnyValue value = 2; }
message Scope { string name = 1; string version = 2; repeated KeyValue attributes = 3; }
message Resource { repeated KeyValue attributes = 1; }
message Event { fixed64 time_unix_nano = 1; string name = 2; repeated KeyValue attributes = 3; uint32 dropped_attributes_count = 4; }
message Link { bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; repeated KeyValue attributes = 4;
  uint32 dropped_attributes_count = 5; fixed32 flags = 6; }
message Status { string message = 2; int32 code = 3; }
message Span { bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; string name = 5;
  int32 kind = 6; fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9;
  uint32 dropped_attributes_count = 10; repeated Event events = 11; uint32 dropped_events_count = 12; repeated Link links = 13;
  uint32 dropped_links_count = 14; Status status = 15; fixed32 flags = 16; }
message LogRecord { fixed64 time_unix_nano = 1; int32 severity_number = 2; string severity_text = 3; AnyValue body = 5;
  repeated KeyValue attributes = 6; fixed32 flags = 8; bytes trace_id = 9; bytes span_id = 10; fixed64 observed_time_unix_nano = 11; }
message ScopeSpans { Scope scope = 1; repeated Span spans = 2; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
message Traces { repeated ResourceSpans resource_spans = 1; }
message ScopeLogs { Scope scope = 1; repeated LogRecord log_records = 2; }
message ResourceLogs { Resource resource = 1; repeated ScopeLogs scope_logs = 2; }
message Logs { repeated ResourceLogs resource_logs = 1; }
message Exemplar { repeated KeyValue filtered_attributes = 7; fixed64 time_unix_nano = 2; double as_double = 3;
  bytes span_id = 4; bytes trace_id = 5; }
message NumberDataPoint { repeated KeyValue attributes = 7; fixed64 start_time_unix_nano = 2; fixed64 time_unix_nano = 3;
  oneof value { double as_double = 4; sfixed64 as_int = 6; } }
message HistogramDataPoint { repeated KeyValue attributes = 9; fixed64 start_time_unix_nano = 2; fixed64 time_unix_nano = 3;
  fixed64 count = 4; double sum = 5; repeated fixed64 bucket_counts = 6; repeated double explicit_bounds = 7;
  repeated Exemplar exemplars = 8; double min = 11; double max = 12; }
message Gauge { repeated NumberDataPoint data_points = 1; }
message Sum { repeated NumberDataPoint data_points = 1; int32 aggregation_temporality = 2; bool is_monotonic = 3; }
message Histogram { repeated HistogramDataPoint data_points = 1; int32 aggregation_temporality = 2; }
message Metric { string name = 1; string description = 2; string unit = 3;
  oneof data { Gauge gauge = 5; Sum sum = 7; Histogram histogram = 9; } }
message ScopeMetrics { Scope scope = 1; repeated Metric metrics = 2; string schema_url = 3; }
message ResourceMetrics { Resource resource = 1; repeated ScopeMetrics scope_metrics = 2; }
message Metrics { repeated ResourceMetrics resource_metrics = 1; }
message PartialSuccess { int64 rejected = 1; string error_message = 2; }
message Reply { PartialSuccess partial_success = 1; }
`

const root = protobuf.parse(SCHEMA, { keepCase: false }).root
const traces = root.lookupType('Traces')
const logs = root.lookupType('Logs')
const metrics = root.lookupType('Metrics')
const reply = root.lookupType('Reply')

/** A record with ids as hexadecimal text, attributes as an object, 64-bit integers as text. */
export type Plain = Record<string, unknown>

/** What one export request holds, decoded. A status that was not sent and an empty one are the same: unset. */
export function decodeTraces(body: Uint8Array): Plain[] {
  return grouped(plain(traces, body), 'resourceSpans', 'scopeSpans', 'spans').map((span) => ({ status: {}, ...span }))
}

export function decodeLogs(body: Uint8Array): Plain[] {
  return grouped(plain(logs, body), 'resourceLogs', 'scopeLogs', 'logRecords')
}

export function decodeMetrics(body: Uint8Array): Plain[] {
  return grouped(plain(metrics, body), 'resourceMetrics', 'scopeMetrics', 'metrics').map(
    (metric) => deepReadable(metric) as Plain,
  )
}

/** Points and exemplars with readable ids and attributes. */
function deepReadable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deepReadable)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(readable(value as Plain))
  return Object.fromEntries(entries.map(([key, item]) => [key, key === 'attributes' ? item : deepReadable(item)]))
}

function plain(type: protobuf.Type, body: Uint8Array): Plain {
  return type.toObject(type.decode(body), { longs: String, bytes: Array, arrays: true })
}

function grouped(message: Plain, ...[resources, scopes, records]: [string, string, string]): Plain[] {
  return list(message[resources]).flatMap((resource) =>
    list(resource[scopes]).flatMap((scope) =>
      list(scope[records]).map((record) => ({
        ...readable(record),
        scope: (scope.scope as Plain).name,
        resource: attributesOf((resource.resource as Plain).attributes),
      })),
    ),
  )
}

function list(value: unknown): Plain[] {
  return Array.isArray(value) ? value : []
}

function readable(value: Plain): Plain {
  const entries = Object.entries(value).map(([key, item]) => {
    if (/[tT]raceId$|[sS]panId$/.test(key)) return [key, Buffer.from(item as number[]).toString('hex')]
    if (key === 'attributes') return [key, attributesOf(item)]
    if (key === 'events' || key === 'links') return [key, list(item).map(readable)]
    if (key === 'body') return [key, anyValue(item as Plain)]
    return [key, item]
  })
  return Object.fromEntries(entries)
}

function attributesOf(pairs: unknown): Plain {
  return Object.fromEntries(list(pairs).map(({ key, value }) => [key, anyValue(value as Plain)]))
}

function anyValue(value: Plain): unknown {
  if (value.arrayValue !== undefined) return list((value.arrayValue as Plain).values).map(anyValue)
  if (value.kvlistValue !== undefined) return attributesOf((value.kvlistValue as Plain).values)
  if (value.intValue !== undefined) return BigInt(String(value.intValue))
  return Object.values(value)[0]
}

/** How the receiver answers; `undefined` takes the request. */
export type Answer =
  | { status: number; headers?: Record<string, string>; rejected?: number; reason?: string; body?: string }
  | undefined

export interface Receiver {
  url: string
  port: number
  readonly spans: Plain[]
  readonly logs: Plain[]
  readonly metrics: Plain[]
  /** Requests that arrived, taken or not. */
  requests: number
  /** Their content encodings. */
  encodings: (string | undefined)[]
  answer: Answer
  close(): Promise<void>
}

/** Requests of one signal; they are decoded when a test looks, so that who sends them never waits for that. */
class Inbox {
  readonly #decode: (body: Uint8Array) => Plain[]
  readonly #records: Plain[] = []
  readonly #bodies: Buffer[] = []

  constructor(decode: (body: Uint8Array) => Plain[]) {
    this.#decode = decode
  }

  add(body: Buffer): void {
    this.#bodies.push(body)
  }

  get records(): Plain[] {
    for (const body of this.#bodies.splice(0)) for (const record of this.#decode(body)) this.#records.push(record)
    return this.#records
  }
}

/** Where nobody listens: a port that no system gives to anybody who asks for any. */
export const NOBODY = 'http://127.0.0.1:1'

/** Starts a receiver on any free port. */
export async function startReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => void take(request, response))
  const inboxes = {
    traces: new Inbox(decodeTraces),
    logs: new Inbox(decodeLogs),
    metrics: new Inbox(decodeMetrics),
  }
  const receiver: Receiver = {
    url: '',
    port: 0,
    get spans() {
      return inboxes.traces.records
    },
    get logs() {
      return inboxes.logs.records
    },
    get metrics() {
      return inboxes.metrics.records
    },
    requests: 0,
    encodings: [],
    answer: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const encoding = request.headers['content-encoding']
    const sent = Buffer.concat(chunks)
    const body = encoding === 'gzip' ? gunzipSync(sent) : sent
    receiver.requests += 1
    receiver.encodings.push(encoding)
    const { status = 200, headers = {}, rejected = 0, reason = '', body: said } = receiver.answer ?? {}
    if (status === 200 && rejected === 0) {
      if (request.url === '/v1/traces') inboxes.traces.add(body)
      else if (request.url === '/v1/metrics') inboxes.metrics.add(body)
      else inboxes.logs.add(body)
    }
    const partial = rejected > 0 ? { partialSuccess: { rejected, errorMessage: reason } } : {}
    response.writeHead(status, headers).end(said ?? reply.encode(reply.fromObject(partial)).finish())
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  receiver.port = (server.address() as AddressInfo).port
  receiver.url = `http://127.0.0.1:${receiver.port}`
  return receiver
}
