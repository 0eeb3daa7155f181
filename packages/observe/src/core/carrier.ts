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
export function contextFrom(carrier: Carrier): Context {
  const base = propagation.extract(ROOT_CONTEXT, carrier)
  const parent = remoteParent(carrier.traceparent, carrier.tracestate)
  return parent === undefined ? base : trace.setSpanContext(base, parent)
}

/** Links to the spans of a batch of messages; those that carry none are left out. */
export function linksTo(carriers: Carrier[]): Link[] {
  return carriers.flatMap((carrier) => {
    const context = remoteParent(carrier.traceparent, carrier.tracestate)
    return context === undefined ? [] : [{ context }]
  })
}
