/**
 * The public shapes: what `observe()` takes and what it gives back.
 */

import type { Attributes, SpanKind, TracerProvider } from '@opentelemetry/api'
import type { DestinationStream, Logger } from 'pino'

/**
 * Options of `observe()`. Whatever is left out comes from the standard `OTEL_*` environment
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/), then from the default.
 *
 * @example
 *     observe({ service: 'orders', traces: { sampleRatio: 0.1 }, ignore: (path) => path === '/healthz' })
 */
export interface ObserveOptions {
  /** Name of this service. Default: `OTEL_SERVICE_NAME`, else the `name` in the nearest package.json. */
  service?: string
  /** Version of this service. Default: `service.version` in `OTEL_RESOURCE_ATTRIBUTES`, else package.json. */
  version?: string
  /** Deployment environment, such as `production`. Default: `deployment.environment.name` in `OTEL_RESOURCE_ATTRIBUTES`. */
  environment?: string
  /** The JSON log. */
  log?: LogOptions
  /** Traces, or `false` for none. */
  traces?: false | TraceOptions
  /** Metrics, or `false` for none. */
  metrics?: false | MetricOptions
  /** The server for /metrics, /healthz, /readyz and /loglevel, or `false` to mount `adminListener()` on your own. */
  admin?: false | AdminOptions
  /**
   * Requests with one of these paths (without query string; `/assets/*` is all below it), or whose path the function accepts, are left
   * out of all three signals. Default: `OBSERVE_IGNORE_PATHS`, else none.
   */
  ignore?: string[] | ((path: string) => boolean)
}

/**
 * The JSON log, one object a line (pino).
 *
 * @example
 *     observe({ log: { level: 'debug', redact: ['user.email', 'items[*].card'] } })
 */
export interface LogOptions {
  /** `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`. Default: `LOG_LEVEL`, else `info`. */
  level?: string
  /** Paths to redact besides the default ones, in pino's notation: `user.email`, `items[*].card`. */
  redact?: string[]
  /** Where lines go. Default: standard output. */
  destination?: DestinationStream
  /**
   * Which requests have a line: `all`; `slow`, those of `slowMs` and more, failed and aborted ones; `errors`, failed (5xx) and aborted ones;
   * or `none`. Default: `LOG_REQUESTS`, else `all`.
   */
  requests?: RequestLines
  /** Milliseconds from which on a request is slow. Default: `LOG_REQUESTS_SLOW_MS`, else 1000. */
  slowMs?: number
  /**
   * Routes or paths that have a line only where they fail or are aborted, such as `/poll/:id`, `/assets/*`; spans and metrics stay.
   * Default: `LOG_REQUESTS_QUIET`, else none.
   */
  quiet?: string[]
}

/** Which requests have a line in the log. */
export type RequestLines = 'all' | 'slow' | 'errors' | 'none'

/**
 * Traces by W3C Trace Context (https://www.w3.org/TR/trace-context/), sent by OTLP over HTTP.
 *
 * @example
 *     observe({ traces: { endpoint: 'http://collector:4318', trustIncoming: false } }) // a public service
 */
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

/**
 * Metrics by OpenTelemetry's semantic conventions, as docs/reference.md lists them.
 *
 * @example
 *     observe({ metrics: { buckets: [0.01, 0.1, 1], maxSeries: 500 } })
 */
export interface MetricOptions {
  /** Upper bounds of the latency buckets in seconds, ascending. Default: those of the HTTP semantic conventions. */
  buckets?: number[]
  /** Most series one instrument may have; the rest is counted in one overflow series. Default: 2000. */
  maxSeries?: number
  /** Labels of every series in /metrics, such as `{ team: 'shop' }`; OTLP has `OTEL_RESOURCE_ATTRIBUTES` for it. Default: none. */
  labels?: Record<string, string>
}

/**
 * Where /metrics, /healthz, /readyz and /loglevel are served. They have no password.
 *
 * @example
 *     observe({ admin: { host: '0.0.0.0', port: 9464 } }) // in a container
 */
export interface AdminOptions {
  /** TCP port. Default: `OTEL_EXPORTER_PROMETHEUS_PORT`, else 9464. 0 takes any free port. */
  port?: number
  /** Address to listen on. Default: `OTEL_EXPORTER_PROMETHEUS_HOST`, else `localhost`. In a container this is usually `0.0.0.0`. */
  host?: string
}

/** Metadata of a user's own instrument. */
export interface InstrumentOptions {
  /** One sentence for the reader of a dashboard; the HELP line of /metrics. */
  description?: string
  /** UCUM unit, such as `s`, `By` or `{order}`. Becomes the suffix that Prometheus expects (`_seconds`, `_bytes`). */
  unit?: string
}

/** Metadata of a user's own histogram. */
export interface HistogramOptions extends InstrumentOptions {
  /**
   * Upper bounds of the buckets, ascending, in the instrument's unit. Default, by unit: `s`, `ms`, `us` and `ns` have the option
   * `metrics.buckets`; `By` has powers of ten from 100 to 1e8; `1` and `%` have steps up to 1 or 100; any other has
   * OpenTelemetry's 0 to 10000.
   */
  buckets?: number[]
}

/**
 * A value that only goes up; a rate is what one looks at. Prometheus has it under its name with `_total`.
 *
 * @example
 *     const placed = obs.counter('orders.placed', { unit: '{order}' })
 *     placed.add(1, { outcome: 'confirmed' })
 */
export interface Counter {
  /** Adds a non-negative `value`, 1 by default; any other is left out. Attribute values have to be few: each set is a series. */
  add(value?: number, attributes?: Attributes): void
}

/**
 * A value that goes up and down, such as a temperature or a length of a queue.
 *
 * @example
 *     obs.gauge('stock.level', { unit: '{item}' }).record(12, { sku: 'mug' })
 */
export interface Gauge {
  /** Sets the current value, in the instrument's unit. */
  record(value: number, attributes?: Attributes): void
}

/**
 * A distribution in buckets, with a trace as exemplar on each where one was active.
 *
 * @example
 *     obs.histogram('receipt.size', { unit: 'By', buckets: [1e3, 1e4, 1e5] }).record(2048)
 */
export interface Histogram {
  /** Records one value in the instrument's unit; one that is negative or not finite is left out. */
  record(value: number, attributes?: Attributes): void
  /**
   * Runs `fn`, sync or async, and records how long it took, in the instrument's unit: `s`, `ms`, `us` or `ns`; without a unit in seconds.
   * What it throws is thrown on, and `error.type` is the error's name.
   *
   * @example
   *     const rendering = obs.histogram('render.duration', { unit: 's' })
   *     const page = await rendering.time(() => render(cart), { template: 'cart' })
   */
  time<T>(fn: () => T, attributes?: Attributes): T
  /**
   * The same where begin and end are in different places. The function that it returns records once, with the attributes of both.
   *
   * @example
   *     const stop = rendering.startTimer({ template: 'cart' })
   *     stream.once('close', () => stop({ outcome: 'sent' }))
   */
  startTimer(attributes?: Attributes): (more?: Attributes) => void
}

/** A `carrier()` as it is found on a message; one that was sent without has none. */
export type MessageCarrier = Record<string, string> | null | undefined

/**
 * What a span begins with.
 *
 * @example
 *     obs.span('send receipt', { kind: SpanKind.CONSUMER, parent: message.carrier }, () => send(message))
 */
export interface SpanOptions {
  /** By the semantic conventions where they have a name: https://opentelemetry.io/docs/specs/semconv/. */
  attributes?: Attributes
  /** Default: `SpanKind.INTERNAL`. */
  kind?: SpanKind
  /** The `carrier()` of the message that is processed: the span continues its trace. Default: the active span. */
  parent?: MessageCarrier
  /**
   * The `carrier()` of each message of a batch: the span links to each (OpenTelemetry keeps 128) and, without `parent`,
   * begins a trace of its own. A carrier that is missing or malformed is left out.
   */
  links?: MessageCarrier[]
}

/** The answer of `scrape()`. */
export interface Scrape {
  /** The header Content-Type that belongs to `body`. */
  contentType: string
  /** Prometheus text or OpenMetrics 1.0. */
  body: string
}

/** One service's metrics, logs and traces. */
export interface Observe {
  /** pino; each line carries `trace_id`, `span_id` and `trace_flags` of the active span. */
  readonly log: Logger
  /**
   * A monotonic counter. Asked for twice by the same name, it is the same instrument.
   *
   * @throws TypeError for a name that OpenTelemetry does not allow, or that is another kind of instrument already
   */
  counter(name: string, options?: InstrumentOptions): Counter
  /** A value that goes up and down; throws as `counter` does. */
  gauge(name: string, options?: InstrumentOptions): Gauge
  /**
   * A gauge that is read when the metrics are: `read` records its values, and may be async for up to a second. A value that it
   * records no longer is gone; one that throws leaves the last values.
   *
   * @example
   *     obs.gauge('jobs.waiting', { unit: '{job}' }, (gauge) => gauge.record(queue.length, { queue: 'receipts' }))
   */
  gauge(name: string, options: InstrumentOptions, read: (gauge: Gauge) => void | Promise<void>): void
  /** A distribution; throws as `counter` does, and a RangeError for buckets that are not ascending. */
  histogram(name: string, options?: HistogramOptions): Histogram
  /** Runs `fn` in a new span, sync or async; what it throws is recorded on the span and rethrown. */
  span<T>(name: string, fn: () => T): T
  /** The same with attributes, a kind, the message that it continues, or links to several. */
  span<T>(name: string, options: SpanOptions, fn: () => T): T
  /** The active context as headers, to put on a message. `span(name, { parent: carrier }, fn)` continues it. */
  carrier(): Record<string, string>
  /** Runs `fn` without spans for what it calls, such as a poll every few seconds. Metrics and log lines stay. */
  untraced<T>(fn: () => T): T
  /** Puts a handled error on the active request's span and log line. */
  recordError(error: unknown): void
  /**
   * Puts attributes on the active request's span and log line, such as tenant or user; a no-op outside of a request. They are on no
   * metric. Values that are no attribute values, and more than 64 on a line, are left out; so is a name that the line has already.
   *
   * @example
   *     obs.set({ tenant: 'acme', 'user.id': 7 })
   */
  set(attributes: Attributes): void
  /**
   * Names the active request's route, whatever its framework says: a template such as `/users/:id`, never the path itself. The last
   * call counts; a no-op outside of a request.
   *
   * @example
   *     obs.route('/users/:id')
   */
  route(template: string): void
  /** Adds a check to /readyz; it fails by throwing, rejecting or returning `false`. Throws when `name` is taken. */
  health(name: string, check: () => unknown): void
  /** The metrics, as OpenMetrics where `accept` asks for it, else as Prometheus text. */
  scrape(accept?: string): Promise<Scrape>
  /** Delivers what is queued, in 2 s at most; for serverless handlers. */
  flush(): Promise<void>
  /** Delivers what is queued and stops. Idempotent, takes 2 s at most. */
  shutdown(): Promise<void>
}
