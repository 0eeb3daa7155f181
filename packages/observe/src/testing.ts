/**
 * An `Observe` for tests: spans and log lines stay in memory, nothing is sent, no port is opened and no global is
 * installed.
 *
 *     const obs = createTestObserve()
 *     const app = createApp(obs)
 *     // ... a request ...
 *     await obs.until(() => obs.spans.length > 0)
 *     expect(obs.spans[0]?.attributes['http.route']).toBe('/users/:id')
 */
import { type Attributes, type Link, type SpanContext, SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { ObserveInstance } from './service/observe-instance.ts'
import type { EncodableSpan } from './traces/encodable-span.ts'
import type { Observe, ObserveOptions } from './types.ts'

/** A span that has ended. */
export interface FinishedSpan {
  /** Such as `GET /users/:id`. */
  name: string
  /** Whose side of a call it is. */
  kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer'
  /** 32 hexadecimal digits. */
  traceId: string
  /** 16 hexadecimal digits. */
  spanId: string
  /** The span that it is a part of; `undefined` for the first one of a trace. */
  parentSpanId: string | undefined
  /** By the names in docs/reference.md, and your own. */
  attributes: Attributes
  /** `exception` for each recorded error, and your own. */
  events: { name: string; attributes: Attributes }[]
  /** The spans that it came from without being a part of them: a batch's messages, an untrusted caller. */
  links: SpanContext[]
  /** `error` for a response of 500 and above, and for what threw. */
  status: 'unset' | 'ok' | 'error'
  /** Milliseconds since 1970. */
  startedAt: number
  /** Milliseconds. */
  durationMs: number
}

/** A parsed line of the log. */
export type LogLine = Record<string, unknown> & { level: string; time: string; msg: string }

/** An `Observe` that keeps what it observes, for a test to look at. */
export interface TestObserve extends Observe {
  /** Finished spans, in the order in which they ended. */
  readonly spans: FinishedSpan[]
  /** Lines of the log, in order. */
  readonly lines: LogLine[]
  /** Waits until `condition` holds; rejects with its text after `timeoutMs` milliseconds, 5000 by default. */
  until(condition: () => boolean, timeoutMs?: number): Promise<void>
  /** Forgets the spans and lines so far. */
  reset(): void
}

/** Options of `observe()`, and whether it listens as that does. */
export interface TestObserveOptions extends Omit<ObserveOptions, 'admin'> {
  /** Listens to every server and outgoing request of the process, as `observe()` does. Default: only adapters count. */
  listen?: boolean
}

/**
 * Creates an `Observe` that keeps what it observes. Each test may have one of its own; they share nothing.
 *
 * @throws TypeError or RangeError for an option that is not valid
 * @example
 *     const obs = createTestObserve({ listen: true })
 *     await fetch('http://127.0.0.1:3000/users/7')
 *     await obs.until(() => obs.spans.some(({ kind }) => kind === 'client'))
 */
export function createTestObserve({ listen = false, ...options }: TestObserveOptions = {}): TestObserve {
  const spans: FinishedSpan[] = []
  const lines: LogLine[] = []
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) }
  const instance = new ObserveInstance(
    { service: 'test', ...options, log: { level: 'trace', ...options.log, destination }, admin: false },
    { sink: (span) => void spans.push(finished(span)) },
  )
  if (listen) instance.listen()
  return Object.assign(instance, {
    spans,
    lines,
    async until(condition: () => boolean, timeoutMs = 5000) {
      const deadline = performance.now() + timeoutMs
      while (!condition()) {
        if (performance.now() > deadline) throw new Error(`still not so after ${timeoutMs} ms: ${condition}`)
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
    },
    reset() {
      spans.length = 0
      lines.length = 0
    },
  })
}

const KINDS = {
  [SpanKind.INTERNAL]: 'internal',
  [SpanKind.SERVER]: 'server',
  [SpanKind.CLIENT]: 'client',
  [SpanKind.PRODUCER]: 'producer',
  [SpanKind.CONSUMER]: 'consumer',
} as const

const STATUSES = {
  [SpanStatusCode.UNSET]: 'unset',
  [SpanStatusCode.OK]: 'ok',
  [SpanStatusCode.ERROR]: 'error',
} as const

function finished(span: EncodableSpan): FinishedSpan {
  const { traceId, spanId } = span.spanContext()
  const startedAt = milliseconds(span.startTime)
  return {
    name: span.name,
    kind: KINDS[span.kind],
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    attributes: { ...span.shared?.attributes, ...span.attributes },
    events: span.events.map(({ name, attributes = {} }) => ({ name, attributes })),
    links: span.links.map(({ context }: Link) => context),
    status: STATUSES[span.status.code],
    startedAt,
    durationMs: milliseconds(span.endTime) - startedAt,
  }
}

function milliseconds([seconds, nanos]: [number, number]): number {
  return seconds * 1000 + nanos / 1e6
}
