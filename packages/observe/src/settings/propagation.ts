/**
 * `OTEL_PROPAGATORS`: what is read from incoming requests and sent with outgoing ones.
 */
import { HEADER_FORMATS, type HeaderFormat } from '../conventions/header-formats.ts'
import type { Environment } from './environment.ts'

export interface Propagation {
  traceContext: boolean
  baggage: boolean
  /** Older headers, in and out as well. */
  formats: readonly HeaderFormat[]
}

export function propagationOf(env: Environment): Propagation {
  const known = ['tracecontext', 'baggage', ...HEADER_FORMATS] as const
  const found = env.choices('OTEL_PROPAGATORS', known, 'tracecontext,baggage')
  const formats = HEADER_FORMATS.filter((format) => found.has(format))
  return { traceContext: found.has('tracecontext'), baggage: found.has('baggage'), formats }
}
