/**
 * How the handler of a real request tells what it does: pino for lines with everyone, counters and spans by each product's own
 * API, as its documentation shows it, and none where it has none.
 */
import { pino } from 'pino'
import type { Telemetry } from './apps/app.ts'
import { peer } from './peers.ts'

const COUNTER = 'baskets_opened'

type Pino = () => Telemetry['log']

interface Api {
  metrics: { getMeter(name: string): { createCounter(name: string): { add(value: number, attributes: object): void } } }
  trace: {
    getTracer(name: string): {
      startActiveSpan<T>(name: string, work: (span: { end(): void }) => Promise<T>): Promise<T>
    }
  }
}

interface PromClient {
  Counter: new (options: { name: string; help: string; labelNames: string[] }) => { inc(labels: object): void }
}

interface Datadog {
  trace<T>(name: string, work: () => Promise<T>): Promise<T>
}

interface Sentry {
  startSpan<T>(options: { name: string }, work: () => Promise<T>): Promise<T>
}

interface Elastic {
  startSpan(name: string): { end(): void } | null
}

/** Those whose hooks patch pino when it is loaded, or that bring it. */
const WITH_PINO = ['prom', 'otel', 'datadog']

const none: Omit<Telemetry, 'log'> = { count: () => undefined, span: (_name, work) => work() }

/** What each has besides pino. */
const products: Record<string, () => Partial<Telemetry>> = {
  prom() {
    const { Counter } = peer<PromClient>('prom-client')
    const baskets = new Counter({ name: COUNTER, help: 'Baskets opened.', labelNames: ['tier'] })
    return { count: (labels) => baskets.inc(labels) }
  },
  otel() {
    const { metrics, trace } = peer<Api>('@opentelemetry/api')
    const baskets = metrics.getMeter('bench').createCounter(COUNTER)
    const tracer = trace.getTracer('bench')
    return {
      count: (attributes) => baskets.add(1, attributes),
      span: (name, work) => tracer.startActiveSpan(name, (span) => work().finally(() => span.end())),
    }
  },
  datadog() {
    const tracer = peer<Datadog>('dd-trace')
    return { span: (name, work) => tracer.trace(name, work) }
  },
  sentry() {
    const sentry = peer<Sentry>('@sentry/node')
    return { span: (name, work) => sentry.startSpan({ name }, work) }
  },
  elastic() {
    const apm = peer<Elastic>('elastic-apm-node')
    return {
      span(name, work) {
        const span = apm.startSpan(name)
        return work().finally(() => span?.end())
      },
    }
  },
}

export function telemetryOf(variant: string): Telemetry {
  const log = WITH_PINO.includes(variant) ? peer<Pino>('pino')() : pino()
  return { ...none, log, ...products[variant]?.() }
}
