/**
 * Runs the callbacks of observable instruments. A callback may be slow, throw or never settle: the other callbacks are
 * read all the same, and the instrument keeps the values that its callback observed last.
 */
import { type Attributes, type BatchObservableCallback, diag, type ObservableCallback } from '@opentelemetry/api'
import { safeText } from '../conventions/thrown.ts'
import { within } from '../time/within.ts'
import { type Callback, Observed, type Readings } from './observables.ts'
import type { Reading } from './readings.ts'

/** Time in milliseconds that a callback may take. */
const CALLBACK_TIMEOUT_MS = 1000

interface Registered {
  callback: Callback
  instruments: Set<Observed>
  /** Runs the callback; it may return a promise. */
  run(measurement: Measurement): unknown
  /** The run that has not settled yet. */
  pending: Promise<void> | undefined
}

/** What one run of a callback observed, by instrument. */
class Measurement {
  readonly readings = new Map<Observed, Readings>()

  observe(instrument: Observed, value: number, attributes: Attributes | undefined): void {
    const readings = this.readings.get(instrument) ?? new Map<string, Reading>()
    this.readings.set(instrument, readings)
    instrument.put(readings, value, attributes)
  }
}

/** The callbacks of one meter. */
export class Callbacks {
  readonly #registered: Registered[] = []

  add(callback: ObservableCallback, instrument: Observed): void {
    this.#register(callback, new Set([instrument]), (measurement) =>
      callback({ observe: (value, attributes) => measurement.observe(instrument, value, attributes) }),
    )
  }

  addBatch(callback: BatchObservableCallback, instruments: Set<Observed>): void {
    this.#register(callback, instruments, (measurement) =>
      callback({
        observe(instrument, value, attributes) {
          if (instrument instanceof Observed && instruments.has(instrument))
            measurement.observe(instrument, value, attributes)
        },
      }),
    )
  }

  remove(callback: Callback, instrument: Observed): void {
    const index = this.#registered.findIndex(
      (known) => known.callback === callback && known.instruments.has(instrument),
    )
    for (const { instruments } of this.#registered.splice(index, index === -1 ? 0 : 1)) {
      for (const observed of instruments) observed.forget(callback)
    }
  }

  /** Runs every callback; settles when all have settled, or after the timeout. */
  async run(): Promise<void> {
    const pending = this.#registered.flatMap((registered) => this.#run(registered) ?? [])
    if (pending.length === 0) return
    await within(CALLBACK_TIMEOUT_MS, Promise.all(pending), undefined)
  }

  /** Runs every callback without waiting. An async one gives what it observed before its first await, or its last values. */
  runNow(): void {
    for (const registered of this.#registered) {
      const measurement = new Measurement()
      void resultOf(registered, measurement)
      if (measurement.readings.size > 0) apply(registered, measurement)
    }
  }

  /** The run to wait for; none where the callback finished at once. A callback whose run is pending is not started again. */
  #run(registered: Registered): Promise<void> | undefined {
    if (registered.pending !== undefined) return registered.pending
    const measurement = new Measurement()
    const result = resultOf(registered, measurement)
    if (typeof result === 'boolean') {
      if (result) apply(registered, measurement)
      return undefined
    }
    registered.pending = result.then((succeeded) => {
      registered.pending = undefined
      // It may have been removed meanwhile.
      if (succeeded && this.#registered.includes(registered)) apply(registered, measurement)
    })
    return registered.pending
  }

  #register(callback: Callback, instruments: Set<Observed>, run: Registered['run']): void {
    if (typeof callback !== 'function') {
      diag.warn('a callback of an observable instrument is not a function; it is left out')
      return
    }
    const key = Array.from(instruments)
    const isSame = (known: Registered): boolean =>
      known.callback === callback &&
      known.instruments.size === instruments.size &&
      key.every((instrument) => known.instruments.has(instrument))
    if (!this.#registered.some(isSame)) this.#registered.push({ callback, instruments, run, pending: undefined })
  }
}

function apply({ callback, instruments }: Registered, { readings }: Measurement): void {
  for (const instrument of instruments) instrument.update(callback, readings.get(instrument) ?? new Map())
}

/** Runs the callback; whether it succeeded, now or later. Never throws or rejects. */
function resultOf({ run }: Registered, measurement: Measurement): boolean | Promise<boolean> {
  function failed(error: unknown): boolean {
    diag.warn(`a callback of an observable instrument failed: ${safeText(error)}`)
    return false
  }
  try {
    const result = run(measurement)
    return result instanceof Promise ? result.then(() => true, failed) : true
  } catch (error) {
    return failed(error)
  }
}
