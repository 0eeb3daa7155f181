/**
 * What a user's own instrument is made from: `obs.counter(name, options)` and the like. Text that is no text is a mistake, which
 * throws; options that cannot be read are none.
 */
import { fieldOf, safeText } from '../conventions/thrown.ts'
import type { HistogramOptions, InstrumentOptions } from '../types.ts'
import type { Descriptor } from './points.ts'

/** The buckets that a user gave; `undefined` where there are none, or where they cannot be read. */
export function bucketsOf(options: HistogramOptions | null): number[] | undefined {
  try {
    return options?.buckets ?? undefined
  } catch {
    return undefined
  }
}

export function describe(name: string, options: InstrumentOptions | null): Descriptor {
  const description = textOf(fieldOf(options, 'description'), `the description of "${safeText(name)}"`)
  const unit = textOf(fieldOf(options, 'unit'), `the unit of "${safeText(name)}"`)
  return { name, description: description ?? name, unit: unit ?? '' }
}

function textOf(value: unknown, what: string): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  const type = typeof value
  throw new TypeError(`${what} is ${type === 'object' ? 'an' : 'a'} ${type}; expected text`)
}
