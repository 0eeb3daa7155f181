/**
 * Names of older header formats, as `OTEL_PROPAGATORS` has them.
 */
export const HEADER_FORMATS = ['b3', 'b3multi', 'jaeger'] as const
export type HeaderFormat = (typeof HEADER_FORMATS)[number]
