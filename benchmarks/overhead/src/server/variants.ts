/**
 * The part of each variant that lives in the app's own code. What a peer does through `--require` is in its preload, and what
 * all are configured to do is in ../variants.ts.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { ObserveOptions } from '@lab/observe'
import type { Middleware, Telemetry, Tools } from './apps/app.ts'
import { peer } from './peers.ts'
import { telemetryOf } from './telemetry.ts'

const COUNTER = 'baskets.opened'

/** `observe()` with nothing but a name is what is compared; the others tell what each signal costs. */
const OBSERVE: Record<string, ObserveOptions> = {
  observe: {},
  'observe-off': { traces: false, metrics: false, admin: false, log: { level: 'silent' } },
  'observe-context': { metrics: false, admin: false, log: { level: 'silent' } },
  'observe-traces': { metrics: false, log: { level: 'silent' } },
  'observe-metrics': { traces: false, log: { level: 'silent' } },
  'observe-log': { traces: false, metrics: false },
}

export async function toolsOf(variant: string, maxSeries: number | undefined): Promise<Omit<Tools, 'routes'>> {
  const options = OBSERVE[variant]
  if (options !== undefined) {
    const { observe } = await import('@lab/observe')
    const metrics = maxSeries === undefined ? {} : { metrics: { maxSeries } }
    const obs = observe({ service: 'bench', ...options, ...metrics })
    const baskets = obs.counter(COUNTER)
    return {
      obs,
      log: obs.log,
      count: (attributes) => baskets.add(1, attributes),
      span: (name, work) => obs.span(name, work),
    }
  }
  const telemetry = telemetryOf(variant)
  if (variant === 'prom') return { ...telemetry, middleware: promAndPinoHttp() }
  if (variant === 'otel' || variant === 'datadog') return { ...telemetry, middleware: pinoLine(telemetry.log) }
  return telemetry
}

interface PromClient {
  collectDefaultMetrics(): void
  register: { metrics(): Promise<string>; contentType: string }
  Histogram: new (options: {
    name: string
    help: string
    labelNames: string[]
  }) => { startTimer(): (labels: Record<string, string | number | undefined>) => void }
}
type PinoHttp = () => (request: IncomingMessage, response: ServerResponse) => void

/** As both READMEs show it: default metrics, a histogram with three labels, pino-http with its defaults. */
function promAndPinoHttp(): Middleware {
  const prom = peer<PromClient>('prom-client')
  const log = peer<PinoHttp>('pino-http')()
  prom.collectDefaultMetrics()
  const duration = new prom.Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of HTTP requests.',
    labelNames: ['method', 'route', 'status'],
  })
  createServer((_request, response) => {
    void prom.register.metrics().then((text) => response.setHeader('content-type', prom.register.contentType).end(text))
  }).listen(Number(process.env.BENCH_METRICS_PORT), '127.0.0.1')
  return function promAndPinoHttpRequest(request, response, route) {
    log(request, response)
    const end = duration.startTimer()
    response.on('finish', () => end({ method: request.method, route: route(), status: response.statusCode }))
  }
}

/** The least that a log line for each request costs with pino: four fields, no serializer. */
function pinoLine(log: Telemetry['log']): Middleware {
  return function pinoLineRequest(request, response, route) {
    const begun = performance.now()
    response.on('finish', () => {
      const duration = performance.now() - begun
      log.info(
        { method: request.method, route: route(), status: response.statusCode, duration_ms: duration },
        'request completed',
      )
    })
  }
}
