/**
 * A real OTLP/HTTP endpoint that keeps the spans it gets. It decodes them by the public schema of OpenTelemetry, as a
 * backend would: https://github.com/open-telemetry/opentelemetry-proto
 */

import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import protobuf from 'protobufjs'
import { z } from 'zod'

/** The part of the schema that the tests read; fields that are not declared are skipped. */
const schema = `
  syntax = "proto3";
  message AnyValue { string string_value = 1; int64 int_value = 3; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message Span { bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; int32 kind = 6; }
  message ScopeSpans { repeated Span spans = 2; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message ExportTraceServiceRequest { repeated ResourceSpans resource_spans = 1; }
`
const requestType = protobuf.parse(schema).root.lookupType('ExportTraceServiceRequest')

const id = z.instanceof(Uint8Array).transform((bytes) => Buffer.from(bytes).toString('hex'))
const kinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const

const spanSchema = z.object({
  traceId: id,
  spanId: id,
  parentSpanId: id,
  name: z.string(),
  kind: z.int().transform((kind) => kinds[kind]),
})
const requestSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({
        attributes: z.array(z.object({ key: z.string(), value: z.object({ stringValue: z.string() }) })),
      }),
      scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })),
    }),
  ),
})

export interface Span extends z.output<typeof spanSchema> {
  readonly service: string
}

export interface Receiver {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string
  readonly spans: readonly Span[]
  close(): Promise<void>
}

export async function startReceiver(): Promise<Receiver> {
  const spans: Span[] = []
  const server = createServer(async (request, response) => {
    if (request.url === '/v1/traces') spans.push(...decode(await bodyOf(request)))
    // An empty message: everything was taken.
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error(`Expected a TCP address, got ${address}.`)
  return {
    url: `http://127.0.0.1:${address.port}`,
    spans,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const body = await buffer(request)
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
}

function decode(body: Uint8Array): Span[] {
  const message = requestType.toObject(requestType.decode(body), { defaults: true, longs: String })
  return requestSchema.parse(message).resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? 'unknown'
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service })))
  })
}
