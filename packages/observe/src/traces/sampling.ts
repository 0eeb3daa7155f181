/**
 * Which new traces are recorded. One rule for every span, so that one trace is never half recorded.
 */
import { type SpanContext, TraceFlags } from '@opentelemetry/api'
import type { SamplingRule } from '../settings/sampling-rule.ts'

/** Whether a span with this trace id and parent is recorded. */
export function isSampled(rule: SamplingRule, traceId: string, parent: SpanContext | undefined): boolean {
  if (rule.parentBased && parent !== undefined) return (parent.traceFlags & TraceFlags.SAMPLED) !== 0
  if (rule.ratio >= 1) return true
  // The last 56 bits of the trace id are random in every W3C level; 32 of them are enough for a share.
  return Number.parseInt(traceId.slice(24), 16) < rule.ratio * 0x1_0000_0000
}
