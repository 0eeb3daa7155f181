/**
 * Alerts, as Prometheus has them in the series ALERTS.
 */

import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { label, metric } from '../names.ts'
import type { Settings } from '../options.ts'
import { ofChosen, ofRecorded, ofRecordedChosen } from '../selectors.ts'
import { datasource } from './datasources.ts'
import { boardUrl, clicked, dataLink } from './links.ts'
import { column, table } from './table.ts'

export const firing = 'alertstate="firing"'

export function alertTable(settings: Settings, place: { readonly width: number; readonly height: number }) {
  const alerts = ofRecorded(settings, metric.alerts, 'alertstate=~"firing|pending"')
  return table({
    ...place,
    title: 'Alerts that fire or are about to',
    description:
      'Empty while all is well. A click on a service leads to its dashboard; the runbook has a section for each alert.',
    keys: [
      { label: 'alertname', title: 'Alert' },
      {
        label: label.service,
        title: 'Service',
        links: [dataLink('Service', boardUrl(settings, 'service', { service: clicked }))],
      },
      { label: 'severity', title: 'Severity' },
      { label: 'alertstate', title: 'State' },
    ],
    columns: [column('Alerts', 'none', `count by (alertname, ${label.service}, severity, alertstate) (${alerts})`)],
  })
}

/** Marks the times at which an alert of the chosen service fired. */
export function alertMarks(): AnnotationQueryBuilder {
  return marks('Alerts', 'red', ofRecordedChosen(metric.alerts, firing), '{{alertname}} ({{severity}})')
}

/** Marks the starts of processes of the chosen service. */
export function startMarks(settings: Settings): AnnotationQueryBuilder {
  return marks('Starts', 'blue', `${ofChosen(settings, metric.uptime)} < 15`, '{{instance}} started')
}

function marks(name: string, color: string, expr: string, title: string): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(datasource('prometheus'))
    .enable(true)
    .iconColor(color)
    .expr(expr)
    .step('15s')
    .titleFormat(title)
}
