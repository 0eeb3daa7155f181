/**
 * The public shapes: what `observe()` takes and what it gives back.
 */

import type { Attributes, SpanKind, TracerProvider } from '@opentelemetry/api'
import type { DestinationStream, Logger } from 'pino'

/** Options of `observe()`. Whatever is left out comes from the standard `OTEL_*` environment, then from the default. */
export interface ObserveOptions {
  /** Name of this service. Default: `OTEL_SERVICE_NAME`, else the `name` in the nearest package.json. */
  service?: string
  /** Version of this service. Default: `service.version` in `OTEL_RESOURCE_ATTRIBUTES`, else package.json. */
  version?: string
  /** Deployment environment, such as `production`. Default: `deployment.environment.name` in `OTEL_RESOURCE_ATTRIBUTES`. */
  environment?: string
  log?: LogOptions
  /** Traces, or `false` for none. */
  traces?: false | TraceOptions
  /** Metrics, or `false` for none. */
  metrics?: false | MetricOptions
  /** The server for /metrics, /healthz, /readyz and /loglevel, or `false` to mount `adminListener()` on your own. */
  admin?: false | AdminOptions
  /** Requests whose path (without query string) this accepts are left out of all three signals. */
  ignore?: (path: string) => boolean
}

export interface LogOptions {
  /** `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`. Default: `LOG_LEVEL`, else `info`. */
  level?: string
  /** Paths to redact besides the default ones, in pino's notation: `user.email`, `items[*].card`. */
  redact?: string[]
  /** Where lines go. Default: standard output. */
  destination?: DestinationStream
}

export interface TraceOptions {
  /** URL that takes OTLP over HTTP, such as `http://localhost:4318`; `/v1/traces` is appended. Default: `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  endpoint?: string
  /** Share of new traces to record, 0 to 1; a caller's decision is followed. Default: `OTEL_TRACES_SAMPLER_ARG`, else 1. */
  sampleRatio?: number
  /** A TracerProvider that you run already; sampling and export are then its own affair. */
  provider?: TracerProvider
  /** Whether a caller's `traceparent` is continued. `false` starts a new trace that links to the caller's. Default: true. */
  trustIncoming?: boolean
}

export interface MetricOptions {
  /** Upper bounds of the latency buckets in seconds, ascending. Default: those of the HTTP semantic conventions. */
  buckets?: number[]
  /** Most series one instrument may have; the rest is counted in one overflow series. Default: 2000. */
  maxSeries?: number
}

export interface AdminOptions {
  /** Default: `OTEL_EXPORTER_PROMETHEUS_PORT`, else 9464. 0 takes any free port. */
  port?: number
  /** Default: `OTEL_EXPORTER_PROMETHEUS_HOST`, else `localhost`. In a container this is usually `0.0.0.0`. */
  host?: string
}

/** Metadata of a user's own instrument. */
export interface InstrumentOptions {
  /** One sentence for the reader of a dashboard; the HELP line of /metrics. */
  description?: string
  /** UCUM unit, such as `s`, `By` or `{order}`. Becomes the suffix that Prometheus expects (`_seconds`, `_bytes`). */
  unit?: string
}

export interface HistogramOptions extends InstrumentOptions {
  /** Upper bounds of the buckets, ascending, in the instrument's unit. */
  buckets?: number[]
}

export interface Counter {
  /** Adds a non-negative `value`, 1 by default. */
  add(value?: number, attributes?: Attributes): void
}

export interface Gauge {
  /** Sets the current value. */
  record(value: number, attributes?: Attributes): void
}

export interface Histogram {
  /** Records one value in the instrument's unit. */
  record(value: number, attributes?: Attributes): void
}

export interface SpanOptions {
  attributes?: Attributes
  kind?: SpanKind
  /** Goes on from a `carrier()`, such as the one found on a message. An array (a batch) starts a new trace that links to each. */
  from?: Record<string, string> | Record<string, string>[]
}

/** The answer of `scrape()`. */
export interface Scrape {
  contentType: string
  body: string
}

/** One service's metrics, logs and traces. */
export interface Observe {
  /** pino; each line carries `trace_id`, `span_id` and `trace_flags` of the active span. */
  readonly log: Logger
  /** A monotonic counter. Asked for twice by the same name, it is the same instrument. Throws on a bad name. */
  counter(name: string, options?: InstrumentOptions): Counter
  /** A value that goes up and down. */
  gauge(name: string, options?: InstrumentOptions): Gauge
  /** A distribution. */
  histogram(name: string, options?: HistogramOptions): Histogram
  /** Runs `fn` in a new span, sync or async; what it throws is recorded on the span and rethrown. */
  span<T>(name: string, fn: () => T): T
  span<T>(name: string, options: SpanOptions, fn: () => T): T
  /** The active context as headers, to put on a message. `span(name, { from: carrier }, fn)` goes on from it. */
  carrier(): Record<string, string>
  /** Puts a handled error on the active request's span and log line. */
  recordError(error: unknown): void
  /** Adds a check to /readyz; it fails by throwing, rejecting or returning `false`. Throws when `name` is taken. */
  health(name: string, check: () => unknown): void
  /** The metrics, as OpenMetrics where `accept` asks for it, else as Prometheus text. */
  scrape(accept?: string): Promise<Scrape>
  /** Delivers what is queued; for serverless handlers. */
  flush(): Promise<void>
  /** Delivers what is queued and stops. Idempotent, takes 2 s at most. */
  shutdown(): Promise<void>
}
