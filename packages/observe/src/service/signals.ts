/**
 * Builds the three signals of one service from its settings, with the queues they leave by.
 */
import { activeContext } from '../context/context.ts'
import { createLog, type Log } from '../logs/logs.ts'
import { Metrics } from '../metrics/metrics.ts'
import { Deliveries } from '../otlp/deliveries.ts'
import type { Settings } from '../settings/options.ts'
import type { EncodableSpan } from '../traces/encodable-span.ts'
import { type SpanSink, Traces } from '../traces/traces.ts'

export interface ServiceSignals {
  log: Log
  traces: Traces | undefined
  metrics: Metrics | undefined
  deliveries: Deliveries
}

interface SignalsOptions {
  /** Gets finished spans instead of the endpoint; for tests. */
  sink: SpanSink | undefined
  /** Is called with each record, where that is of interest. */
  used: (() => void) | undefined
}

export function createSignals(settings: Settings, { sink, used }: SignalsOptions): ServiceSignals {
  const deliveries = new Deliveries(settings.resource, {
    // The log does not exist yet while its own delivery is made.
    warn: (text) => log.logger.warn(text),
    info: (text) => log.logger.info(text),
  })
  const lines = deliveries.open('logs', settings.logDelivery, settings.logLimits)
  const log = createLog({
    ...settings.log,
    service: settings.service,
    version: settings.version,
    environment: settings.environment,
    active: activeContext,
    tap: (lines ?? used) && tapLine,
  })
  const { resource } = settings
  const metrics = settings.metrics && new Metrics({ resource, ...settings.metrics })
  if (metrics !== undefined && settings.metrics?.push !== undefined) {
    deliveries.openMetrics(metrics, settings.metrics.push)
  }
  return { log, deliveries, metrics, traces: createTraces() }

  function tapLine(line: string): void {
    used?.()
    lines?.add((batch) => batch.addLine(line))
  }

  function createTraces(): Traces | undefined {
    if (settings.traces === undefined) return undefined
    const { sampling, limits, provider, delivery } = settings.traces
    const flush = () => deliveries.flush()
    return new Traces({ sampling, limits, provider, flush, sink: sink ?? spanSink(deliveries, delivery, used) })
  }
}

function spanSink(
  deliveries: Deliveries,
  settings: Parameters<Deliveries['open']>[1],
  used: (() => void) | undefined,
): SpanSink | undefined {
  const delivery = deliveries.open('spans', settings)
  return (
    delivery &&
    function deliver(span: EncodableSpan) {
      used?.()
      delivery.add((batch) => batch.addSpan(span))
    }
  )
}
