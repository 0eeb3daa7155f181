/**
 * Rules of the specifications, each with what the library does about it and the test that holds it. docs/conformance.md is
 * written from here; a test checks that every file named exists.
 */

export interface Rule {
  rule: string
  /** `no` is on purpose, and `note` says why. */
  status: 'done' | 'no'
  note: string
  /** The file that holds it, from the package's folder. */
  test?: string
}

export interface RuleSet {
  title: string
  source: string
  rules: readonly Rule[]
}

function done(rule: string, note: string, test: string): Rule {
  return { rule, status: 'done', note, test }
}

function no(rule: string, note: string): Rule {
  return { rule, status: 'no', note }
}

export const ruleSets: readonly RuleSet[] = [
  {
    title: 'HTTP',
    source: 'https://opentelemetry.io/docs/specs/semconv/http/',
    rules: [
      done(
        'Server spans are named `{method} {route}`, or `{method}` without a route',
        '`HTTP` for an unknown method',
        'test/http.test.ts',
      ),
      done(
        'An unknown method is `_OTHER`, the original on the span alone',
        'the known methods can be set',
        'src/settings/options.test.ts',
      ),
      done(
        '`http.route` is a template, never a path',
        'absent where the framework does not tell it',
        'test/given-route.test.ts',
      ),
      done('5xx is an error of a server span, 4xx is not', 'of a client span both are', 'test/http.test.ts'),
      done('`error.type` on a failed request', 'class of the error, status, or `aborted`', 'test/http.test.ts'),
      done(
        '`http.server.request.duration` and `http.client.request.duration` in seconds, with the advised buckets',
        '',
        'test/names.test.ts',
      ),
      done('`http.server.active_requests` is an UpDownCounter', '', 'test/names.test.ts'),
      done('Each redirect is a span of its own with `http.request.resend_count`', '', 'test/clients.test.ts'),
      done(
        'No credentials and no query string in `url.full`',
        'the query string is left out whole, which the conventions allow',
        'test/hostile.test.ts',
      ),
      no(
        '`server.address` and `server.port` of a server span',
        'they come from the Host header, which the client chooses',
      ),
      no('`client.address`, `network.peer.*`', 'addresses of persons; a proxy logs them'),
      no('Request and response headers as attributes', 'opt-in in the conventions; they may hold secrets'),
      no('Body sizes', 'opt-in; counting them needs a patch of each stream'),
    ],
  },
  {
    title: 'Trace Context',
    source: 'https://www.w3.org/TR/trace-context-2/',
    rules: [
      done(
        '`traceparent` and `tracestate` of level 2, the random flag included',
        "the cases of W3C's own test suite, strict level 2",
        'test/tracecontext.test.ts',
      ),
    ],
  },
  {
    title: 'Database',
    source: 'https://opentelemetry.io/docs/specs/semconv/db/',
    rules: [
      done('`db.client.operation.duration` in seconds with the advised buckets', '', 'test/clients.test.ts'),
      done('Spans are named by `db.query.summary`, else by operation and target', '', 'test/pg.test.ts'),
      done('`db.query.text` without values', 'each literal is `?`', 'test/pg.test.ts'),
      done(
        '`db.response.status_code` and `error.type` of a failed operation',
        'messages are not recorded: they may hold values',
        'test/pg.test.ts',
      ),
      done('`db.operation.batch.size` of a batch of more than one', '', 'test/clients.test.ts'),
      done(
        '`db.client.connection.*` are UpDownCounters',
        'count, max and pending requests; pools of pg and mssql',
        'test/pg.test.ts',
      ),
      no('Values of parameters', 'opt-in; they may be personal data'),
      no('`db.client.connection.wait_time`, `use_time`, `create_time`', 'in development, and no client publishes them'),
    ],
  },
  {
    title: 'Messaging',
    source: 'https://opentelemetry.io/docs/specs/semconv/messaging/',
    rules: [
      done(
        'The context goes on the message, a consumer continues it or links to it',
        '`carrier()`, `parent`, `links`',
        'src/index.test.ts',
      ),
      no(
        'Attributes and metrics of a messaging system',
        'in development; the service names them on its span, as the README shows',
      ),
    ],
  },
  {
    title: 'Runtime',
    source: 'https://opentelemetry.io/docs/specs/semconv/runtime/',
    rules: [
      done(
        '`nodejs.eventloop.delay.*` and `nodejs.eventloop.utilization` are gauges',
        'each reader has its own interval',
        'test/intervals.test.ts',
      ),
      done('`v8js.gc.duration` with the advised buckets', '', 'test/names.test.ts'),
      done(
        '`v8js.memory.heap.*` and `process.memory.usage` are UpDownCounters',
        'in a cluster with one series for each process',
        'test/names.test.ts',
      ),
      done('`process.cpu.time` is a counter by `cpu.mode`', '', 'test/names.test.ts'),
      no('`nodejs.eventloop.time`', 'in development; the utilization says the same'),
      no('`v8js.memory.heap.space.physical_size`', 'in development; a limit and the use are what alerts need'),
    ],
  },
  {
    title: 'Prometheus and OpenMetrics',
    source: 'https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/',
    rules: [
      done(
        'Units become words and suffixes, `{...}` is dropped, rates are `_per_`',
        '`By/s` is `bytes_per_second`',
        'src/metrics/prometheus/exposition.test.ts',
      ),
      done('A counter has `_total`, a gauge of unit `1` has `_ratio`', '', 'src/metrics/prometheus/exposition.test.ts'),
      done(
        'One TYPE, HELP and UNIT for each name; what would conflict is dropped and logged',
        'the first keeps the name',
        'src/metrics/prometheus/exposition.test.ts',
      ),
      done(
        'Names of the format itself are not given away',
        '`target`, `target_info`, `_created` and the like',
        'test/careless-metrics.test.ts',
      ),
      done('Attributes that give one label are joined by `;` in the order of their names', '', 'test/labels.test.ts'),
      done(
        '`otel_scope_name`, `otel_scope_version`, `otel_scope_schema_url` on each series of another scope',
        '',
        'test/labels.test.ts',
      ),
      no(
        'Scope labels on the metrics of this library',
        'one scope on every series would say nothing and cost a third of the page',
      ),
      done('The resource is `target_info`', '', 'src/metrics/prometheus/exposition.test.ts'),
      done(
        'Exemplars have `trace_id` and `span_id`',
        'in OpenMetrics; the text format has none',
        'src/metrics/prometheus/exposition.test.ts',
      ),
      no('Names in UTF-8, protobuf, native histograms', 'the scrape protocols that every Prometheus reads are enough'),
      no(
        '`_created` series',
        'optional in OpenMetrics; Prometheus needs a feature flag to read them, and they double the counters',
      ),
    ],
  },
  {
    title: 'OTLP',
    source: 'https://opentelemetry.io/docs/specs/otlp/',
    rules: [
      done('A record of `logs.getLogger()` is a line of the log', '', 'src/logs/logger-provider.test.ts'),
      done('http/protobuf with gzip, headers, time-outs and certificates', '', 'src/settings/options.test.ts'),
      done('An answer of 429, 502, 503 or 504 is retried, with `Retry-After`', '', 'src/otlp/delivery.test.ts'),
      done('Partial success is counted and logged', '', 'src/otlp/delivery.test.ts'),
      done('`schema_url` of a scope, `as_int` of INT instruments, exemplars', '', 'test/careless-metrics.test.ts'),
      done('Attributes of different types are different points', '', 'test/careless-metrics.test.ts'),
      no('http/json and gRPC', 'each endpoint takes http/protobuf; asking for another is a warning'),
      no(
        'Delta temporality and exponential histograms',
        'cumulative sums survive a lost export; asking for another is a warning',
      ),
    ],
  },
]
