/**
 * Which new traces are recorded. The same rule stands behind the fast span of an exchange and, as a Sampler, behind
 * every other span, so that one trace is never half recorded.
 */
import { type SpanContext, TraceFlags, trace } from '@opentelemetry/api'
import { type Sampler, SamplingDecision } from '@opentelemetry/sdk-trace'
import type { SamplingRule } from '../settings/sampling-rule.ts'

/** Whether a span with this trace id and parent is recorded. */
export function isSampled(rule: SamplingRule, traceId: string, parent: SpanContext | undefined): boolean {
  if (rule.parentBased && parent !== undefined) return (parent.traceFlags & TraceFlags.SAMPLED) !== 0
  if (rule.ratio >= 1) return true
  // The last 56 bits of the trace id are random in every W3C level; 32 of them are enough for a share.
  return Number.parseInt(traceId.slice(24), 16) < rule.ratio * 0x1_0000_0000
}

/** The rule as OpenTelemetry's SDK wants it. */
export function samplerFor(rule: SamplingRule): Sampler {
  return {
    shouldSample(context, traceId) {
      const sampled = isSampled(rule, traceId, trace.getSpanContext(context))
      return { decision: sampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD }
    },
    toString: () => `Sampler{ratio=${rule.ratio},parentBased=${rule.parentBased}}`,
  }
}
