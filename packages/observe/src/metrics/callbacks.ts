/**
 * Asks the callbacks of observable instruments for their values. One of the user's may take its time, fail or never answer:
 * the others are read all the same, and it is told by what it said last.
 */
import { type Attributes, type BatchObservableCallback, diag, type ObservableCallback } from '@opentelemetry/api'
import { textOf } from '../conventions/thrown.ts'
import { type Callback, Observed, type Readings } from './observables.ts'
import type { Reading } from './readings.ts'

/** Time in milliseconds that a callback has to answer. */
const ANSWER_MS = 1000

interface Registered {
  callback: Callback
  instruments: Set<Observed>
  /** Runs the callback; it may answer at once. */
  run(told: Told): unknown
  /** While it is being asked. */
  asked: Promise<void> | undefined
}

/** What a callback said of each instrument. */
class Told {
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
    this.#register(callback, new Set([instrument]), (told) =>
      callback({ observe: (value, attributes) => told.observe(instrument, value, attributes) }),
    )
  }

  addBatch(callback: BatchObservableCallback, instruments: Set<Observed>): void {
    this.#register(callback, instruments, (told) =>
      callback({
        observe(instrument, value, attributes) {
          if (instrument instanceof Observed && instruments.has(instrument)) told.observe(instrument, value, attributes)
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

  async ask(): Promise<void> {
    const asked = this.#registered.flatMap((registered) => this.#ask(registered) ?? [])
    if (asked.length === 0) return
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ANSWER_MS)
    })
    await Promise.race([Promise.all(asked), late])
    clearTimeout(timer)
  }

  /** One that has not answered yet is told by what it said so far, or else the last time. */
  askNow(): void {
    for (const registered of this.#registered) {
      const told = new Told()
      void answerOf(registered, told)
      if (told.readings.size > 0) hear(registered, told)
    }
  }

  /** Settles with its answer; nothing where it answered at once. One that still owes an answer is not asked again. */
  #ask(registered: Registered): Promise<void> | undefined {
    if (registered.asked !== undefined) return registered.asked
    const told = new Told()
    const answer = answerOf(registered, told)
    if (typeof answer === 'boolean') {
      if (answer) hear(registered, told)
      return undefined
    }
    registered.asked = answer.then((answered) => {
      registered.asked = undefined
      // It may have been removed meanwhile.
      if (answered && this.#registered.includes(registered)) hear(registered, told)
    })
    return registered.asked
  }

  #register(callback: Callback, instruments: Set<Observed>, run: Registered['run']): void {
    const key = Array.from(instruments)
    const isSame = (known: Registered): boolean =>
      known.callback === callback &&
      known.instruments.size === instruments.size &&
      key.every((instrument) => known.instruments.has(instrument))
    if (!this.#registered.some(isSame)) this.#registered.push({ callback, instruments, run, asked: undefined })
  }
}

function hear({ callback, instruments }: Registered, told: Told): void {
  for (const instrument of instruments) instrument.said(callback, told.readings.get(instrument) ?? new Map())
}

/** Runs the callback; whether it answered, at once or later. Never throws or rejects. */
function answerOf({ run }: Registered, told: Told): boolean | Promise<boolean> {
  const failed = (error: unknown): boolean => {
    diag.warn(`a callback of an observable instrument failed: ${textOf(error)}`)
    return false
  }
  try {
    const answer = run(told)
    return answer instanceof Promise ? answer.then(() => true, failed) : true
  } catch (error) {
    return failed(error)
  }
}
