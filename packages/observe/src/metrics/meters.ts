/**
 * The meters behind OpenTelemetry's `metrics.getMeter()`: what other instrumentations and the user's code record through the
 * API goes into the same kind of cells as the library's own. The SDK's meters would grow with each collection (their limit
 * on series is reset every time), have no exemplars, and could not be read in the `exit` event, where no promise settles.
 */
import { diag, type HrTime, type Meter, type MeterOptions, type MeterProvider } from '@opentelemetry/api'
import { SCOPE } from '../conventions/names.ts'
import { CellMeter, type Collected, type MetersOptions } from './cell-meter.ts'
import { scopeOf } from './definition.ts'
import { CountLimit, MAX_INSTRUMENTS, MAX_METERS, NOTHING_KEPT } from './instrument-limit.ts'
import type { ScopeMetrics } from './points.ts'

export class Meters implements MeterProvider {
  readonly #options: MetersOptions
  readonly #meters = new Map<string, CellMeter>()
  readonly #limit = new CountLimit('meters', MAX_METERS)
  readonly #instruments = new CountLimit('instruments of meters', MAX_INSTRUMENTS)

  constructor(options: MetersOptions) {
    this.#options = options
  }

  getMeter(name: string, version?: string, options?: MeterOptions): Meter {
    const scope = scopeOf(name, version, options)
    const key = JSON.stringify(scope)
    const known = this.#meters.get(key)
    if (known !== undefined) return known
    if (scope.name === '') diag.warn('a meter has no name; pass the name of your library to getMeter()')
    // The library's own instruments are bounded already, and stay complete where the cap is low.
    const maxSeries = scope.name === SCOPE ? Number.POSITIVE_INFINITY : this.#options.maxSeries
    const isKept = this.#limit.admits(scope.name)
    const limit = isKept ? this.#instruments : NOTHING_KEPT
    const meter = new CellMeter(scope, { ...this.#options, maxSeries, limit })
    if (isKept) this.#meters.set(key, meter)
    return meter
  }

  /** Runs every callback; settles when all have settled, or after their timeout. */
  async observe(): Promise<void> {
    await Promise.all(this.#all((meter) => meter.callbacks.run()))
  }

  /** The same without waiting, for a process that has no further turn of the event loop. */
  observeNow(): void {
    this.#all((meter) => meter.callbacks.runNow())
  }

  /** Without the library's own instruments, whose few series never grow. */
  get instruments(): Collected[] {
    return this.#all((meter) => (meter.scope.name === SCOPE ? [] : meter.instruments)).flat()
  }

  collect(endTime: HrTime): ScopeMetrics[] {
    return this.#all((meter) => meter.collect(endTime))
  }

  #all<T>(each: (meter: CellMeter) => T): T[] {
    return Array.from(this.#meters.values(), each)
  }
}
