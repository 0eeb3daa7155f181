/**
 * Telemetry that is lost: dashboards that show less than there was are worse than none, unless somebody is told.
 */

import { label, metric } from '../names.ts'
import type { Settings } from '../options.ts'
import { ofServices } from '../selectors.ts'
import type { Alert, RuleSet } from './alert.ts'

export function telemetryRules(settings: Settings): RuleSet {
  return {
    name: 'telemetry',
    about: 'Telemetry: spans and log lines that were dropped or soon will be, and series beyond the cap.',
    recordings: [],
    alerts: [
      telemetryDropped(settings),
      telemetryQueueFilling(settings),
      seriesOverflow(settings),
      scrapeSlow(settings),
    ],
  }
}

function example(settings: Settings, when: string, series: (job: string) => Record<string, string>) {
  const [job = ''] = settings.services
  return { when, job, step: '30s', at: '15m', series: series(`job="${job}",instance="one"`) }
}

function telemetryDropped(settings: Settings): Alert {
  const by = `by (${label.service}, ${label.signal}, ${label.reason})`
  const dropped = (values: string) => (of: string) => ({
    [`${metric.dropped}{${of},signal="spans",reason="queue_full"}`]: values,
  })
  return {
    name: 'TelemetryDropped',
    severity: 'ticket',
    expr: `sum ${by} (increase(${ofServices(settings, metric.dropped)}[10m])) > 0`,
    summary: '{{ $labels.job }} loses {{ $labels.signal }}',
    description:
      '{{ $labels.job }} gave up {{ $value | humanize }} records of {{ $labels.signal }} in ten minutes ({{ $labels.reason }}). What you see of it is not all there was.',
    fires: example(settings, 'spans are dropped', dropped('0+0x20 1+5x9')),
    quiet: example(settings, 'some were dropped long ago', dropped('7+0x30')),
  }
}

function telemetryQueueFilling(settings: Settings): Alert {
  const by = `by (${label.service}, ${label.instance}, ${label.signal})`
  const filled = (length: number) => (of: string) => ({
    [`${metric.queue}{${of},signal="logs"}`]: `${length}+0x30`,
    [`${metric.queueLimit}{${of},signal="logs"}`]: '1000+0x30',
  })
  const share = `max ${by} (${ofServices(settings, metric.queue)}) / max ${by} (${ofServices(settings, metric.queueLimit)})`
  return {
    name: 'TelemetryQueueFilling',
    severity: 'ticket',
    expr: `${share} > 0.8`,
    for: '2m',
    summary: 'Telemetry of {{ $labels.job }} cannot be delivered fast enough',
    description:
      'The queue of {{ $labels.signal }} of {{ $labels.job }} on {{ $labels.instance }} is {{ $value | humanizePercentage }} full; when it is full, the oldest goes.',
    fires: example(settings, '90 % of the queue are taken', filled(900)),
    quiet: example(settings, 'half of it is', filled(500)),
  }
}

function seriesOverflow(settings: Settings): Alert {
  const swallowed = (values: string) => (of: string) => ({
    [`${metric.overflow}{${of},instrument="shop.orders"}`]: values,
  })
  return {
    name: 'SeriesOverflow',
    severity: 'ticket',
    expr: `sum by (${label.service}, ${label.instrument}) (increase(${ofServices(settings, metric.overflow)}[15m])) > 0`,
    summary: '{{ $labels.instrument }} of {{ $labels.job }} has more series than it may',
    description:
      '{{ $value | humanize }} measurements of {{ $labels.instrument }} in {{ $labels.job }} went to the overflow series. One of its attributes takes values without bound.',
    fires: example(settings, 'new sets of attributes keep coming', swallowed('0+10x30')),
    quiet: example(settings, 'the cap was never met', swallowed('0+0x30')),
  }
}

function scrapeSlow(settings: Settings): Alert {
  const takes = (seconds: number) => (of: string) => ({ [`${metric.scrapeDuration}{${of}}`]: `${seconds}+0x30` })
  return {
    name: 'ScrapeSlow',
    severity: 'ticket',
    expr: `avg_over_time(${ofServices(settings, metric.scrapeDuration)}[5m]) > 2`,
    for: '5m',
    summary: 'Scraping {{ $labels.job }} takes long',
    description:
      'A scrape of {{ $labels.instance }} takes {{ $value | humanizeDuration }}; beyond the timeout its metrics are missing. It has too many series, or its event loop no time.',
    fires: example(settings, 'a scrape takes three seconds', takes(3)),
    quiet: example(settings, 'it takes a tenth of one', takes(0.1)),
  }
}
