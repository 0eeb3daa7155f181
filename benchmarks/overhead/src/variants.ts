/**
 * What is compared, and what each is configured to do: as its own documentation sets it up for production, with whatever
 * talks to the vendor's cloud switched off.
 */

import { fileURLToPath } from 'node:url'

/** Where a variant sends what it records. */
export interface Backends {
  /** Base URL of the receiver. */
  receiver: string
  /** Port on which the variant is to offer its metrics to a scrape. */
  metricsPort: number
}

export interface Variant {
  name: string
  title: string
  /** What it is set up to do, for the reader of the table. */
  setup: string
  /** Arguments of Node.js before the program; `peers` is the folder with the peers' packages. */
  preload: (peers: string) => string[]
  env: (backends: Backends) => Record<string, string>
  /** What there must be for each request. */
  gives: { spans: boolean; lines: boolean; metrics: 'scraped' | 'pushed' | undefined }
  /** Packages to install for it, among the peers. */
  packages: string[]
}

const nothing = { preload: () => [], env: () => ({}), packages: [] }

export const bare: Variant = {
  ...nothing,
  name: 'bare',
  title: 'bare',
  setup: 'the app alone',
  gives: { spans: false, lines: false, metrics: undefined },
}

function own(name: string, title: string, setup: string, gives: Variant['gives']): Variant {
  return {
    ...nothing,
    name,
    title,
    setup,
    gives,
    env: ({ receiver, metricsPort }) => ({
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver,
      OTEL_EXPORTER_PROMETHEUS_PORT: String(metricsPort),
    }),
  }
}

export const observe = own(
  'observe',
  '@lab/observe',
  "`observe({ service: 'bench' })` and, for Koa, Hono and NestJS, the adapter's line: 100 % of traces, /metrics, a log line a request",
  { spans: true, lines: true, metrics: 'scraped' },
)

/** The same with one signal alone or none: what each costs. */
export const signals: Variant[] = [
  own('observe-off', 'all off', 'traces, metrics and log off', { spans: false, lines: false, metrics: undefined }),
  {
    ...own(
      'observe-context',
      'context alone',
      'ids and context of each request, no span is kept, metrics and log off',
      {
        spans: false,
        lines: false,
        metrics: undefined,
      },
    ),
    env: () => ({ OTEL_TRACES_EXPORTER: 'none' }),
  },
  own('observe-traces', 'traces alone', 'metrics and log off', { spans: true, lines: false, metrics: undefined }),
  own('observe-metrics', 'metrics alone', 'traces and log off', { spans: false, lines: false, metrics: 'scraped' }),
  own('observe-log', 'log alone', 'traces and metrics off', { spans: false, lines: true, metrics: undefined }),
]

export const peers: Variant[] = [
  {
    ...nothing,
    name: 'prom',
    title: 'prom-client + pino-http',
    setup: 'default metrics, a histogram by method, route and status, pino-http with its defaults; no traces',
    env: ({ metricsPort }) => ({ BENCH_METRICS_PORT: String(metricsPort) }),
    gives: { spans: false, lines: true, metrics: 'scraped' },
    packages: ['prom-client', 'pino-http'],
  },
  {
    name: 'otel',
    title: 'OpenTelemetry auto + pino',
    setup:
      '`--require @opentelemetry/auto-instrumentations-node/register`, OTLP over HTTP for traces, metrics and logs, 100 % of traces; a pino line a request',
    preload: (peers) => [
      '--require',
      `${peers}/node_modules/@opentelemetry/auto-instrumentations-node/dist/register.cjs`,
    ],
    env: ({ receiver }) => ({
      OTEL_SERVICE_NAME: 'bench',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver,
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_LOGS_EXPORTER: 'otlp',
    }),
    gives: { spans: true, lines: true, metrics: 'pushed' },
    packages: ['@opentelemetry/api', '@opentelemetry/auto-instrumentations-node', 'pino'],
  },
  {
    name: 'datadog',
    title: 'dd-trace + pino',
    setup:
      '`--require dd-trace/init`, 100 % of traces to the agent; remote configuration and product telemetry off; a pino line a request with the ids injected',
    preload: (peers) => ['--require', `${peers}/node_modules/dd-trace/init.js`],
    env: ({ receiver }) => ({
      DD_SERVICE: 'bench',
      DD_TRACE_AGENT_URL: receiver,
      DD_LOGS_INJECTION: 'true',
      DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
      DD_REMOTE_CONFIGURATION_ENABLED: 'false',
      DD_TRACE_STARTUP_LOGS: 'false',
    }),
    gives: { spans: true, lines: true, metrics: undefined },
    packages: ['dd-trace', 'pino'],
  },
  {
    name: 'sentry',
    title: 'Sentry',
    setup: '`Sentry.init({ dsn, tracesSampleRate: 1 })` in a file that is required first; no metrics, no log lines',
    preload: () => ['--require', fileURLToPath(new URL('../dist/sentry.cjs', import.meta.url))],
    env: ({ receiver }) => ({ BENCH_SENTRY_DSN: receiver.replace('://', '://key@').concat('/1') }),
    gives: { spans: true, lines: false, metrics: undefined },
    packages: ['@sentry/node'],
  },
  {
    name: 'elastic',
    title: 'elastic-apm-node',
    setup:
      '`--require elastic-apm-node/start`, 100 % of transactions; central configuration and cloud detection off, a request to the APM server every 2 s rather than 10 s, so that a run can be counted; no log lines',
    preload: (peers) => ['--require', `${peers}/node_modules/elastic-apm-node/start.js`],
    env: ({ receiver }) => ({
      ELASTIC_APM_SERVICE_NAME: 'bench',
      ELASTIC_APM_SERVER_URL: receiver,
      ELASTIC_APM_CENTRAL_CONFIG: 'false',
      ELASTIC_APM_CLOUD_PROVIDER: 'none',
      ELASTIC_APM_API_REQUEST_TIME: '2s',
      ELASTIC_APM_LOG_LEVEL: 'off',
    }),
    gives: { spans: true, lines: false, metrics: undefined },
    packages: ['elastic-apm-node'],
  },
]
