/**
 * Which new traces are recorded: `OTEL_TRACES_SAMPLER` with its argument, or the option `sampleRatio`.
 */

export interface SamplingRule {
  /** Share of traces without a parent that are recorded, 0 to 1. */
  ratio: number
  /** Whether a parent's decision is followed. */
  parentBased: boolean
}
