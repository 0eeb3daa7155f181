/**
 * `OTEL_PROPAGATORS`: what is read from incoming requests and sent with outgoing ones.
 */
import type { Environment } from './environment.ts'

export interface Propagation {
  traceContext: boolean
  baggage: boolean
}

export function propagationOf(env: Environment): Propagation {
  const found = env.choices('OTEL_PROPAGATORS', ['tracecontext', 'baggage'], 'tracecontext,baggage')
  return { traceContext: found.has('tracecontext'), baggage: found.has('baggage') }
}
