/**
 * Single events: log lines, and traces.
 */

import { PanelBuilder as LogsBuilder } from '@grafana/grafana-foundation-sdk/logs'
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table'
import { describePanel, type PanelOptions } from './panel.ts'

/** A line with what the request was and how it ended, which is else only to be seen when the line is opened. */
export const requestLine =
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
