/**
 * W3C Trace Context, level 2 (https://www.w3.org/TR/trace-context-2/): `traceparent` and `tracestate` in and out.
 * Written here because OpenTelemetry's propagator lets through a `tracestate` that the grammar forbids.
 */
import {
  type Context,
  isSpanContextValid,
  type SpanContext,
  type TextMapPropagator,
  TraceFlags,
  type TraceState,
  trace,
} from '@opentelemetry/api'
import { isTracingSuppressed } from '@opentelemetry/core'
import { withinExchange } from './context.ts'

const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const KEY = /^[a-z0-9][_0-9a-z\-*/@]{0,255}$/
const VALUE = /^[ -+\--<>-~]{0,255}[!-+\--<>-~]$/
const MAX_MEMBERS = 32
/** The trace id is random (level 2); passed on as it came. */
export const RANDOM_FLAG = 2
const KNOWN_FLAGS = TraceFlags.SAMPLED | RANDOM_FLAG
const MAX_LENGTH = 512
/** Members longer than this go first when a list is too long (specification, 3.3.1.5). */
const LONG_MEMBER = 128

/** The caller's span, or `undefined` where the header is missing or not valid, which begins a new trace. */
export function remoteParent(traceparent: string | undefined, tracestate: string | undefined): SpanContext | undefined {
  if (traceparent === undefined) return undefined
  const [, version, traceId, spanId, flags, rest] = TRACEPARENT.exec(traceparent.trim()) ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  // Version 00 ends after the flags; a later version may go on after a dash.
  if (version === '00' && rest !== undefined) return undefined
  const parent: SpanContext = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & KNOWN_FLAGS,
    isRemote: true,
  }
  const state = tracestate === undefined ? undefined : Tracestate.parse(tracestate)
  if (state !== undefined) parent.traceState = state
  return parent
}

/** The `traceparent` that names `span` as the parent. */
export function traceparentOf(span: SpanContext): string {
  return `00-${span.traceId}-${span.spanId}-0${span.traceFlags & KNOWN_FLAGS}`
}

/** A vendor list as the specification defines it; immutable, most recent member first. */
export class Tracestate implements TraceState {
  readonly #members: ReadonlyMap<string, string>

  private constructor(members: ReadonlyMap<string, string>) {
    this.#members = members
  }

  /** Reads a header; `undefined` where the grammar or the limit of 32 members is broken, which discards the whole list. */
  static parse(header: string): Tracestate | undefined {
    const members = new Map<string, string>()
    let count = 0
    for (const part of header.split(',')) {
      const member = part.replace(/^[ \t]+|[ \t]+$/g, '')
      if (member === '') continue
      const at = member.indexOf('=')
      const key = member.slice(0, at)
      const value = member.slice(at + 1)
      if (at < 1 || !KEY.test(key) || !VALUE.test(value)) return undefined
      count += 1
      if (count > MAX_MEMBERS) return undefined
      if (!members.has(key)) members.set(key, value)
    }
    return members.size === 0 ? undefined : new Tracestate(members)
  }

  get(key: string): string | undefined {
    return this.#members.get(key)
  }

  /** Puts the member first; a key or value that the grammar forbids leaves the list as it is. */
  set(key: string, value: string): Tracestate {
    if (!KEY.test(key) || !VALUE.test(value)) return this
    const rest = [...this.#members].filter(([other]) => other !== key)
    return new Tracestate(new Map([[key, value] as const, ...rest].slice(0, MAX_MEMBERS)))
  }

  unset(key: string): Tracestate {
    return new Tracestate(new Map([...this.#members].filter(([other]) => other !== key)))
  }

  /** The header, at most 512 characters: long members are left out first, then those at the end. */
  serialize(): string {
    let members = [...this.#members].map(([key, value]) => `${key}=${value}`)
    if (members.join(',').length > MAX_LENGTH) members = members.filter((member) => member.length <= LONG_MEMBER)
    while (members.join(',').length > MAX_LENGTH) members.pop()
    return members.join(',')
  }
}

/** The same behind OpenTelemetry's interface, for the global `propagation` API. */
export const traceContextPropagator: TextMapPropagator = {
  inject(context, carrier, setter) {
    const span = trace.getSpanContext(context)
    if (span === undefined || isTracingSuppressed(context) || !isSpanContextValid(span)) return
    setter.set(carrier, 'traceparent', traceparentOf(span))
    const state = span.traceState?.serialize()
    if (state) setter.set(carrier, 'tracestate', state)
  },
  extract(context: Context, carrier, getter): Context {
    const traceparent = getter.get(carrier, 'traceparent')
    const tracestate = getter.get(carrier, 'tracestate')
    // More than one traceparent is as good as none (specification, 3.2).
    if (Array.isArray(traceparent) && traceparent.length !== 1) return context
    const parent = remoteParent(first(traceparent), Array.isArray(tracestate) ? tracestate.join(',') : tracestate)
    return parent === undefined ? context : trace.setSpanContext(withinExchange(context), parent)
  },
  fields: () => ['traceparent', 'tracestate'],
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}
