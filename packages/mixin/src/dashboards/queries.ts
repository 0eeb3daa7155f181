/**
 * What a panel asks, and of whom.
 */

import type { Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder as LokiQueryBuilder } from '@grafana/grafana-foundation-sdk/loki'
import { DataqueryBuilder as PrometheusQueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import { datasource } from './datasources.ts'

/** A query that a panel gives its letter. */
export interface Query {
  refId(id: string): { build(): Dataquery }
}

/** Values over time; `legend` may name labels as `{{job}}`. */
export function series(expr: string, legend: string): PrometheusQueryBuilder {
  return new PrometheusQueryBuilder().datasource(datasource('prometheus')).expr(expr).legendFormat(legend).range()
}

/** The same, with the traces of single measurements. */
export function seriesWithExemplars(expr: string, legend: string): PrometheusQueryBuilder {
  return series(expr, legend).exemplar(true)
}

/** Buckets over time, one series for each boundary. */
export function buckets(expr: string): PrometheusQueryBuilder {
  return seriesWithExemplars(expr, '{{le}}').format(PromQueryFormat.Heatmap)
}

/** The value at the end of the time range. */
export function value(expr: string, legend: string): PrometheusQueryBuilder {
  return series(expr, legend).instant()
}

/** The same as rows, with labels as columns. */
export function rows(expr: string): PrometheusQueryBuilder {
  return value(expr, '').format(PromQueryFormat.Table)
}

/** Log lines, newest first. */
export function lines(expr: string): LokiQueryBuilder {
  return new LokiQueryBuilder().datasource(datasource('loki')).expr(expr).queryType('range')
}

/** Counts of log lines over time. */
export function lineCounts(expr: string, legend: string): LokiQueryBuilder {
  return lines(expr).legendFormat(legend)
}

/** Counts of log lines in the whole time range. */
export function lineTotals(expr: string): LokiQueryBuilder {
  return new LokiQueryBuilder().datasource(datasource('loki')).expr(expr).queryType('instant')
}

/** A search in Jaeger, as its datasource has it; the SDK has no builder for it. */
interface JaegerQuery extends Dataquery {
  readonly refId: string
  readonly datasource: DataSourceRef
  readonly queryType: 'search'
  readonly service: string
  readonly tags?: string
  readonly limit: number
}

/** The newest traces that a service took part in; `tags` such as `error=true`. */
export function traces({ service, tags, limit }: { service: string; tags?: string; limit: number }): Query {
  return {
    refId: (refId) => ({
      build: (): JaegerQuery => ({
        refId,
        datasource: datasource('jaeger'),
        queryType: 'search',
        service,
        ...(tags && { tags }),
        limit,
        _implementsDataqueryVariant: () => undefined,
      }),
    }),
  }
}
