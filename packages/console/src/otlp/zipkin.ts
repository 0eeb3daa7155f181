/**
 * Zipkin's JSON (version 2) as OTLP, by the mapping of OpenTelemetry's specification, so that everything behind it sees one shape.
 */

import { z } from 'zod'

const endpoint = z.object({
  serviceName: z.string().optional(),
  ipv4: z.string().optional(),
  ipv6: z.string().optional(),
  port: z.number().optional(),
})

/** Ids of eight bytes are as good as those of sixteen. */
const traceId = z
  .string()
  .regex(/^[0-9a-f]{1,32}$/i)
  .transform((id) => id.padStart(32, '0'))
const spanId = z
  .string()
  .regex(/^[0-9a-f]{1,16}$/i)
  .transform((id) => id.padStart(16, '0'))

const span = z.object({
  traceId,
  id: spanId,
  parentId: spanId.optional(),
  kind: z.enum(['CLIENT', 'SERVER', 'PRODUCER', 'CONSUMER']).optional(),
  name: z.string().default(''),
  /** Microseconds. */
  timestamp: z.number().int().min(1),
  duration: z.number().int().min(0).default(0),
  localEndpoint: endpoint.optional(),
  remoteEndpoint: endpoint.optional(),
  annotations: z.array(z.object({ timestamp: z.number().int(), value: z.string() })).default([]),
  tags: z.record(z.string(), z.string()).default({}),
})

type ZipkinSpan = z.output<typeof span>

/** What OTLP/JSON calls an ExportTraceServiceRequest. */
export interface Converted {
  message: { resourceSpans: object[] }
  rejected: number
  reason: string
}

/** Throws where the body as a whole is not a list of spans. A span that is none is dropped alone. */
export function fromZipkin(body: unknown): Converted {
  if (!Array.isArray(body)) throw new Error('it is not a JSON list of spans')
  const spans: ZipkinSpan[] = []
  let reason = ''
  for (const each of body) {
    const { success, data, error } = span.safeParse(each)
    if (success) spans.push(data)
    else reason = `A span was refused: ${error.issues[0]?.path.join('.')}: ${error.issues[0]?.message}.`
  }
  const byService = Map.groupBy(spans, ({ localEndpoint }) => localEndpoint?.serviceName || 'unknown_service')
  const resourceSpans = [...byService].map(([service, list]) => ({
    resource: { attributes: attributesOf({ 'service.name': service }) },
    scopeSpans: [{ scope: { name: 'zipkin' }, spans: list.map(spanOf) }],
  }))
  return { message: { resourceSpans }, rejected: body.length - spans.length, reason }
}

const kinds = { CLIENT: 3, SERVER: 2, PRODUCER: 4, CONSUMER: 5 } as const

function spanOf({ kind, tags, remoteEndpoint, annotations, timestamp, duration, ...ids }: ZipkinSpan): object {
  const { error, ...others } = tags
  const { serviceName, ipv4, ipv6, port } = remoteEndpoint ?? {}
  const address = ipv4 ?? ipv6
  const remote = {
    ...(serviceName ? { 'peer.service': serviceName } : {}),
    ...(address ? { 'network.peer.address': address } : {}),
    ...(port ? { 'network.peer.port': String(port) } : {}),
  }
  return {
    traceId: ids.traceId,
    spanId: ids.id,
    parentSpanId: ids.parentId ?? '',
    name: ids.name,
    kind: kind ? kinds[kind] : 1,
    startTimeUnixNano: nanoseconds(timestamp),
    endTimeUnixNano: nanoseconds(timestamp + duration),
    attributes: attributesOf({ ...remote, ...others }),
    events: annotations.map(({ timestamp: at, value }) => ({ timeUnixNano: nanoseconds(at), name: value })),
    // The tag says why, or only that it failed.
    status: error === undefined ? {} : { code: 2, message: error === 'true' ? '' : error },
  }
}

function attributesOf(values: Record<string, string>): object[] {
  return Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))
}

function nanoseconds(microseconds: number): string {
  return `${BigInt(microseconds) * 1000n}`
}
