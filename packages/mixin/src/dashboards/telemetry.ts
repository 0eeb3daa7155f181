/**
 * Observability itself: whether what the other dashboards show is all that there was.
 */

import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { label, metric } from '../names.ts'
import type { Settings } from '../options.ts'
import { ofServices } from '../selectors.ts'
import { dashboard, type Row } from './dashboard.ts'
import { figure } from './figures.ts'
import { graph } from './graph.ts'
import { boardUrl, dataLink, labelOf, uidOf } from './links.ts'
import { increase, max, perPoint, rate } from './promql.ts'
import { series } from './queries.ts'

export function telemetryDashboard(settings: Settings): Dashboard {
  return dashboard(settings, {
    uid: uidOf(settings, 'telemetry'),
    title: 'Observability itself',
    description:
      'Queues of spans, log lines and metrics, what was dropped, how many series there are, and the scrapes.',
    sources: ['prometheus'],
    rows: [now(settings), delivery(settings), metrics(settings), scrapes(settings)],
  })
}

function now(settings: Settings): Row {
  const of = (name: string) => ofServices(settings, name)
  return {
    title: 'Now',
    panels: [
      figure({
        title: 'Dropped',
        description: 'Spans, log lines and metric points that were given up in the time range shown. 0 is well.',
        width: 6,
        unit: 'none',
        limits: [1, 1],
        queries: [series(increase('', of(metric.dropped)), 'records')],
      }),
      figure({
        title: 'Fullest queue',
        description: 'When a queue is full, the oldest of what waits in it goes.',
        width: 6,
        unit: 'percentunit',
        limits: [0.5, 0.8],
        queries: [series(`max(${filling(settings)})`, 'full')],
      }),
      figure({
        title: 'Measurements beyond the cap',
        description:
          'Measurements of instruments that had as many series as they may, in the time range shown. 0 is well.',
        width: 6,
        unit: 'none',
        limits: [1, 1],
        queries: [series(increase('', of(metric.overflow)), 'measurements')],
      }),
      figure({
        title: 'Slowest scrape',
        description: 'Beyond the timeout of the scrape the metrics of a service are missing.',
        width: 6,
        unit: 's',
        limits: [1, 2],
        queries: [series(`max(${of(metric.scrapeDuration)})`, 'scrape')],
      }),
    ],
  }
}

function filling(settings: Settings): string {
  const by = `${label.service}, ${label.instance}, ${label.signal}`
  return `${max(by, ofServices(settings, metric.queue))} / ${max(by, ofServices(settings, metric.queueLimit))}`
}

function delivery(settings: Settings): Row {
  const of = (name: string) => ofServices(settings, name)
  const by = `${label.service}, ${label.signal}`
  const link = dataLink('Log lines of the service', boardUrl(settings, 'logs', { service: labelOf(label.service) }))
  return {
    title: 'Delivery of spans, log lines and metrics',
    panels: [
      graph({
        title: 'Delivered',
        description: 'Records per second that the endpoint has taken.',
        width: 8,
        unit: 'cps',
        queries: [series(rate(by, of(metric.exported)), '{{job}} {{signal}}')],
        links: [link],
      }),
      graph({
        title: 'Queues',
        description: 'How full the queue of each signal is. It fills while the endpoint is away or too slow.',
        width: 8,
        unit: 'percentunit',
        limits: [0.5, 0.8],
        max: 1,
        queries: [series(`max by (${by}) (${filling(settings)})`, '{{job}} {{signal}}')],
        links: [link],
      }),
      graph({
        title: 'Dropped',
        description:
          'Records that were given up, by reason: `queue_full` when the endpoint was away for too long, `rejected` when it refused them, `shutdown` when the process left first. 0 is well.',
        width: 8,
        unit: 'none',
        queries: [
          series(
            increase(`${label.service}, ${label.signal}, ${label.reason}`, of(metric.dropped), perPoint),
            '{{job}} {{signal}} {{reason}}',
          ),
        ],
        links: [link],
      }),
    ],
  }
}

function metrics(settings: Settings): Row {
  const of = (name: string) => ofServices(settings, name)
  const by = `${label.service}, ${label.instrument}`
  return {
    title: 'Series',
    panels: [
      graph({
        title: 'Series by service',
        description:
          'Series of all instruments that the service itself recorded. What only rises has an attribute without bound.',
        width: 8,
        unit: 'none',
        stacked: 'lines',
        queries: [series(`sum by (${label.service}) (${of(metric.series)})`, '{{job}}')],
      }),
      graph({
        title: 'Largest instruments',
        description: 'The ten instruments with the most series.',
        width: 8,
        unit: 'none',
        queries: [series(`topk(10, ${max(by, of(metric.series))})`, '{{job}} {{instrument}}')],
      }),
      graph({
        title: 'Measurements beyond the cap',
        description:
          'Of the ten instruments with the most. They are counted in one series, marked `otel_metric_overflow`. 0 is well.',
        width: 8,
        unit: 'none',
        queries: [series(`topk(10, ${increase(by, of(metric.overflow), perPoint)})`, '{{job}} {{instrument}}')],
      }),
      graph({
        title: 'Rejected measurements',
        description:
          'Of the ten instruments with the most: values that are no numbers, or negative where a sum cannot fall. 0 is well.',
        width: 24,
        unit: 'none',
        queries: [series(`topk(10, ${increase(by, of(metric.rejected), perPoint)})`, '{{job}} {{instrument}}')],
      }),
    ],
  }
}

function scrapes(settings: Settings): Row {
  const of = (name: string) => ofServices(settings, name)
  const by = `${label.service}, ${label.instance}`
  return {
    title: 'Scrapes',
    panels: [
      graph({
        title: 'Instances that answer',
        description: 'Below the number of instances, one of them is down or too slow.',
        width: 8,
        unit: 'none',
        queries: [series(`sum by (${label.service}) (${of(metric.up)})`, '{{job}}')],
      }),
      graph({
        title: 'Duration of a scrape',
        description: 'It grows with the number of series, and when the event loop has no time.',
        width: 8,
        unit: 's',
        limits: [1, 2],
        queries: [series(max(by, of(metric.scrapeDuration)), '{{job}} {{instance}}')],
      }),
      graph({
        title: 'Samples of a scrape',
        description: 'What Prometheus takes from each instance at a time, the runtime included.',
        width: 8,
        unit: 'none',
        queries: [series(max(by, of(metric.scrapeSamples)), '{{job}} {{instance}}')],
      }),
    ],
  }
}
