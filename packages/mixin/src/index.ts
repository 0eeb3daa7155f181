/**
 * Dashboards, recording rules and alerts with their tests for any service on `@lab/observe`, as the files that Grafana,
 * Prometheus and promtool read.
 */

export { createMixin } from './mixin.ts'
export type { Link, MixinOptions, Slo } from './options.ts'
export type { BurnRate } from './rules/burn-rates.ts'
