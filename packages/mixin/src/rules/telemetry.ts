/**
 * Telemetry that is lost. Without an alert, a dashboard that lacks part of its data looks complete.
 */

import { label, metric } from '../names.ts'
import type { Settings } from '../options.ts'
import { ofServices } from '../selectors.ts'
import type { Alert, RuleSet } from './alert.ts'
import { example, firing } from './examples.ts'

export function telemetryRules(settings: Settings): RuleSet {
  return {
    name: 'telemetry',
    about: 'Telemetry: spans and log lines that were dropped or soon will be, and series beyond the cap.',
    recordings: [],
    alerts: [
      telemetryDropped(settings),
      telemetryQueueFilling(settings),
      seriesOverflow(settings),
      measurementsRejected(settings),
      scrapeSlow(settings),
    ],
  }
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
      '{{ $labels.job }} dropped about {{ $value | printf "%.0f" }} {{ $labels.signal }} in ten minutes ({{ $labels.reason }}). Dashboards, logs and traces of that time are incomplete.',
    fires: firing(settings, 'spans are dropped', dropped('0+0x20 1+5x9'), (job) => ({
      labels: { signal: 'spans', reason: 'queue_full' },
      summary: `${job} loses spans`,
      description: `${job} dropped about 46 spans in ten minutes (queue_full). Dashboards, logs and traces of that time are incomplete.`,
    })),
    quiet: example(settings, 'spans were dropped before the window', dropped('7+0x30')),
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
    summary: '{{ $labels.job }} exports {{ $labels.signal }} too slowly',
    description:
      'The export queue for {{ $labels.signal }} of {{ $labels.job }} on {{ $labels.instance }} is {{ $value | humanizePercentage }} full. A full queue drops the oldest entries.',
    fires: firing(settings, 'the queue is 90 % full', filled(900), (job) => ({
      labels: { instance: 'one', signal: 'logs' },
      summary: `${job} exports logs too slowly`,
      description: `The export queue for logs of ${job} on one is 90% full. A full queue drops the oldest entries.`,
    })),
    quiet: example(settings, 'it is half full', filled(500)),
  }
}

function seriesOverflow(settings: Settings): Alert {
  const overflowed = (values: string) => (of: string) => ({
    [`${metric.overflow}{${of},instrument="shop.orders"}`]: values,
  })
  return {
    name: 'SeriesOverflow',
    severity: 'ticket',
    expr: `sum by (${label.service}, ${label.instrument}) (increase(${ofServices(settings, metric.overflow)}[15m])) > 0`,
    summary: '{{ $labels.instrument }} of {{ $labels.job }} has reached its limit of series',
    description:
      'About {{ $value | printf "%.0f" }} measurements of {{ $labels.instrument }} in {{ $labels.job }} went to the overflow series in 15 minutes. One of its attributes has unbounded values.',
    fires: firing(settings, 'new sets of attributes keep coming', overflowed('0+10x30'), (job) => ({
      labels: { instrument: 'shop.orders' },
      summary: `shop.orders of ${job} has reached its limit of series`,
      description: `About 300 measurements of shop.orders in ${job} went to the overflow series in 15 minutes. One of its attributes has unbounded values.`,
    })),
    quiet: example(settings, 'the limit was never reached', overflowed('0+0x30')),
  }
}

function measurementsRejected(settings: Settings): Alert {
  const rejected = (values: string) => (of: string) => ({
    [`${metric.rejected}{${of},instrument="shop.orders"}`]: values,
  })
  return {
    name: 'MeasurementsRejected',
    severity: 'ticket',
    expr: `sum by (${label.service}, ${label.instrument}) (increase(${ofServices(settings, metric.rejected)}[15m])) > 0`,
    summary: '{{ $labels.instrument }} of {{ $labels.job }} is given values that it does not take',
    description:
      'About {{ $value | printf "%.0f" }} measurements of {{ $labels.instrument }} in {{ $labels.job }} were rejected in 15 minutes: they were no numbers, or negative where a sum cannot fall. What it shows is too low.',
    fires: firing(settings, 'values that are no numbers keep coming', rejected('0+10x30'), (job) => ({
      labels: { instrument: 'shop.orders' },
      summary: `shop.orders of ${job} is given values that it does not take`,
      description: `About 300 measurements of shop.orders in ${job} were rejected in 15 minutes: they were no numbers, or negative where a sum cannot fall. What it shows is too low.`,
    })),
    quiet: example(settings, 'none was rejected lately', rejected('3+0x30')),
  }
}

function scrapeSlow(settings: Settings): Alert {
  const takes = (seconds: number) => (of: string) => ({ [`${metric.scrapeDuration}{${of}}`]: `${seconds}+0x30` })
  return {
    name: 'ScrapeSlow',
    severity: 'ticket',
    expr: `avg_over_time(${ofServices(settings, metric.scrapeDuration)}[5m]) > 2`,
    for: '5m',
    summary: 'Scrapes of {{ $labels.job }} are slow',
    description:
      'A scrape of {{ $labels.job }} on {{ $labels.instance }} takes {{ $value | humanizeDuration }}. Beyond the scrape timeout its metrics are missing. It has too many series, or its event loop is saturated.',
    fires: firing(settings, 'a scrape takes three seconds', takes(3), (job) => ({
      labels: { instance: 'one' },
      summary: `Scrapes of ${job} are slow`,
      description: `A scrape of ${job} on one takes 3s. Beyond the scrape timeout its metrics are missing. It has too many series, or its event loop is saturated.`,
    })),
    quiet: example(settings, 'it takes 0.1 s', takes(0.1)),
  }
}
