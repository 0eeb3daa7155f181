/**
 * The standard `OTEL_*` environment (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/),
 * read once. A value that is not valid never stops a service: a warning names the variable, the value and what is used
 * instead.
 */
import { proxyEnvOf } from './proxy.ts'
import type { SamplingRule } from './sampling-rule.ts'
import { unsupportedVariables, type Variable } from './variables.ts'

/** Longest time of a timer in Node.js, some 25 days; a time-out of 0 means no limit (specification, "Timeout"). */
const NO_TIMEOUT_MS = 2 ** 31 - 1

export class Environment {
  readonly #values: NodeJS.ProcessEnv
  /** What an operator should correct. A set, because the common variables are read once for each signal. */
  readonly warnings = new Set<string>()

  constructor(values: NodeJS.ProcessEnv) {
    this.#values = values
    for (const [name, { status, why }] of Object.entries(unsupportedVariables)) {
      if (status === 'warned' && values[name]?.trim()) this.warnings.add(`${name} is set, but has no effect: ${why}`)
    }
  }

  /** The variable's text; an empty one counts as unset (specification, "Parsing empty value"). */
  text(name: Variable): string | undefined {
    const value = this.#values[name]?.trim()
    return value === '' ? undefined : value
  }

  /** One of `known`, in any case, also by one of its other names. */
  choice<T extends string>(
    name: Variable,
    known: readonly T[],
    fallback: T,
    others: Readonly<Record<string, string>> = {},
  ): T {
    const value = this.text(name)
    if (value === undefined) return fallback
    const written = value.toLowerCase()
    const found = known.find((choice) => choice === (Object.hasOwn(others, written) ? others[written] : written))
    return found ?? this.warn(name, value, fallback, `one of ${known.join(', ')}`)
  }

  /** Some of `known`, separated by commas; `none` is the empty set. Where no name is known, it is the fallback. */
  choices<T extends string>(name: Variable, known: readonly T[], fallback: T): Set<T> {
    const names = listIn(this.text(name) ?? fallback).map((part) => part.toLowerCase())
    const found = known.filter((choice) => names.includes(choice))
    const chosen =
      found.length > 0 || names.includes('none') ? found : known.filter((one) => listIn(fallback).includes(one))
    for (const part of names) {
      if (part === 'none' || known.some((choice) => choice === part)) continue
      this.warn(name, part, chosen.join(',') || 'none', `of ${known.join(', ')}, none`)
    }
    return new Set(chosen)
  }

  /** Words separated by commas; undefined where it is not set. */
  list(name: Variable): string[] | undefined {
    const value = this.text(name)
    return value === undefined ? undefined : listIn(value)
  }

  /** Milliseconds; 0 means no limit. */
  timeout(name: Variable, fallback: number): number {
    const value = this.number(name, 0, NO_TIMEOUT_MS, fallback)
    return value === 0 ? NO_TIMEOUT_MS : value
  }

  /** A number within bounds. */
  number(name: Variable, min: number, max: number, fallback: number): number {
    const value = this.text(name)
    if (value === undefined) return fallback
    const number = Number(value)
    if (number >= min && number <= max) return number
    return this.warn(name, value, fallback, `a number from ${min} to ${max}`)
  }

  get disabled(): boolean {
    return this.choice('OTEL_SDK_DISABLED', ['true', 'false'], 'false') === 'true'
  }

  /** `key=value,key=value`, both percent-encoded; all is discarded where one part cannot be decoded (Resource SDK). */
  get resourceAttributes(): Record<string, string> {
    const name = 'OTEL_RESOURCE_ATTRIBUTES'
    try {
      return this.pairs(name, decodeURIComponent)
    } catch {
      this.warnings.add(`${name} is discarded: a part of it is not valid percent-encoding; write % as %25`)
      return {}
    }
  }

  /** The variables that name a proxy. */
  get proxyEnv(): Record<string, string> | undefined {
    return proxyEnvOf(this.#values)
  }

  get sampling(): SamplingRule {
    const names = [
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ] as const
    const name = this.choice('OTEL_TRACES_SAMPLER', names, 'parentbased_always_on')
    const parentBased = name.startsWith('parentbased_')
    if (name.endsWith('always_off')) return { ratio: 0, parentBased }
    if (name.endsWith('always_on')) return { ratio: 1, parentBased }
    return { ratio: this.number('OTEL_TRACES_SAMPLER_ARG', 0, 1, 1), parentBased }
  }

  /** `key=value,key=value`. */
  pairs(name: Variable, decode: (text: string) => string): Record<string, string> {
    const pairs: Record<string, string> = {}
    for (const part of (this.text(name) ?? '').split(',')) {
      if (part.trim() === '') continue
      const at = part.indexOf('=')
      const key = part.slice(0, Math.max(at, 0)).trim()
      if (key === '') {
        // The value may be a secret, so it is not repeated.
        this.warnings.add(`${name}: an entry is not of the form key=value; it is left out`)
        continue
      }
      pairs[decode(key)] = decode(part.slice(at + 1).trim())
    }
    return pairs
  }

  /** Warns that a value is not understood; returns what is used instead. */
  warn<T>(name: Variable, value: string, used: T, expected: string): T {
    this.warnings.add(`${name}=${value} is not understood, ${JSON.stringify(used)} is used; expected ${expected}`)
    return used
  }
}

/** Words separated by commas, without empty ones. */
function listIn(text: string): string[] {
  return text.split(',').flatMap((part) => part.trim() || [])
}
