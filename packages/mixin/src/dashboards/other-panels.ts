/**
 * Panels of which there are few: a heatmap, log lines, traces, a text, a list of dashboards.
 */

import { PanelBuilder as ListBuilder } from '@grafana/grafana-foundation-sdk/dashboardlist'
import {
  PanelBuilder as HeatmapBuilder,
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap'
import { PanelBuilder as LogsBuilder } from '@grafana/grafana-foundation-sdk/logs'
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table'
import { PanelBuilder as TextBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text'
import { describePanel, type PanelOptions } from './panel.ts'
import type { buckets } from './queries.ts'

/** How many requests took how long, from the buckets of a histogram in seconds. */
export function heatmap(
  options: PanelOptions & { readonly queries: readonly ReturnType<typeof buckets>[] },
): HeatmapBuilder {
  return describePanel(new HeatmapBuilder(), options)
    .calculate(false)
    .color(
      new HeatmapColorOptionsBuilder()
        .mode(HeatmapColorMode.Scheme)
        .scheme('Blues')
        .exponent(0.5)
        .steps(64)
        .reverse(false),
    )
    .yAxis(new YAxisConfigBuilder().unit('s'))
    .showLegend()
}

/** A line with what the request was and how it ended, which is else only to be seen when the line is opened. */
export const readable =
  '| line_format `{{ __line__ }}{{ if .route }}: {{ .method }} {{ .route }} {{ .status }} in {{ .duration_ms }} ms{{ end }}{{ if .exception_message }}: {{ .exception_message }}{{ end }}`'

export function logLines(options: Omit<PanelOptions, 'source'>): LogsBuilder {
  return describePanel(new LogsBuilder(), { ...options, source: 'loki' })
    .showTime(true)
    .wrapLogMessage(false)
    .enableLogDetails(true)
    .showLogContextToggle(true)
}

/** Traces as Jaeger's search lists them; a click on one opens it. */
export function traceList(options: Omit<PanelOptions, 'source'>): TableBuilder {
  return describePanel(new TableBuilder(), { ...options, source: 'jaeger' })
}

export function text(options: {
  readonly title: string
  readonly markdown: string
  readonly width: number
  readonly height: number
}): TextBuilder {
  const { title, markdown, width, height } = options
  return new TextBuilder().title(title).mode(TextMode.Markdown).content(markdown).span(width).height(height)
}

/** Every dashboard that has a tag. */
export function boardsWith(options: {
  readonly title: string
  readonly tag: string
  readonly width: number
  readonly height: number
}): ListBuilder {
  const { title, tag, width, height } = options
  return new ListBuilder()
    .title(title)
    .tags([tag])
    .showSearch(true)
    .showStarred(false)
    .showHeadings(false)
    .keepTime(true)
    .maxItems(50)
    .span(width)
    .height(height)
}
