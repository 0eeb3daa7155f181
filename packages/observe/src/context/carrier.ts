/**
 * The active context as plain headers, and back: what a message carries so that its consumer goes on with the trace.
 */
import { type Context, type Link, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { remoteParent, traceContextPropagator } from './tracecontext.ts'

export type Carrier = Record<string, string>

const setter = {
  set(carrier: Carrier, key: string, value: string): void {
    carrier[key] = value
  },
}

export function carrierOf(context: Context): Carrier {
  const carrier: Carrier = {}
  // The global propagator adds baggage where it is on; it is absent for an instance that installed nothing.
  propagation.inject(context, carrier, setter)
  traceContextPropagator.inject(context, carrier, setter)
  return carrier
}

/** The context that `carrier` was made of; the root context where it holds nothing valid. */
export function contextFrom(carrier: unknown): Context {
  const texts = textsIn(carrier)
  const base = propagation.extract(ROOT_CONTEXT, texts)
  const parent = remoteParent(texts.traceparent, texts.tracestate)
  return parent === undefined ? base : trace.setSpanContext(base, parent)
}

/** Links to the spans of a batch of messages; those that carry none are left out. */
export function linksTo(carriers: unknown): Link[] {
  if (!Array.isArray(carriers)) return []
  return carriers.flatMap((carrier) => {
    const { traceparent, tracestate } = textsIn(carrier)
    const context = remoteParent(traceparent, tracestate)
    return context === undefined ? [] : [{ context }]
  })
}

/** A carrier comes from a message, and so from anywhere: whatever is no text in it is left out. */
function textsIn(carrier: unknown): Carrier {
  if (typeof carrier !== 'object' || carrier === null) return {}
  try {
    return Object.fromEntries(Object.entries(carrier).filter(([, value]) => typeof value === 'string'))
  } catch {
    return {}
  }
}
