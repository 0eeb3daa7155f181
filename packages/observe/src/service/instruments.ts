/**
 * `obs.counter()`, `obs.gauge()` and `obs.histogram()`: the user's own instruments, which record nothing where metrics are off.
 */
import { trace } from '@opentelemetry/api'
import { activeContext } from '../context/context.ts'
import { type Metrics, noopInstrument } from '../metrics/metrics.ts'
import { untimedHistogram } from '../metrics/timed-histogram.ts'
import type { Counter, Gauge, Histogram, HistogramOptions, InstrumentOptions } from '../types.ts'

export abstract class Instruments {
  protected abstract get metrics(): Metrics | undefined

  counter(name: string, options?: InstrumentOptions): Counter {
    return this.metrics?.counter(name, options) ?? noopInstrument
  }

  gauge(name: string, options?: InstrumentOptions): Gauge
  gauge(name: string, options: InstrumentOptions, read: (gauge: Gauge) => void | Promise<void>): void
  gauge(name: string, options?: InstrumentOptions, read?: (gauge: Gauge) => void | Promise<void>): Gauge | undefined {
    if (read === undefined) return this.metrics?.gauge(name, options) ?? noopInstrument
    this.metrics?.observedGauge(name, options ?? {}, read)
    return undefined
  }

  histogram(name: string, options: HistogramOptions = {}): Histogram {
    const active = () => trace.getSpanContext(activeContext())
    return this.metrics?.histogram(name, options, active) ?? untimedHistogram
  }
}
