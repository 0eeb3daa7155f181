/**
 * All services at once: is one of them ill, and does any of them burn its error budget?
 */

import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { label, metric, recorded } from '../names.ts'
import type { Settings } from '../options.ts'
import { ofRecorded, ofServices } from '../selectors.ts'
import { alertTable } from './alerts.ts'
import { dashboard, type Row } from './dashboard.ts'
import { bars, figure } from './figures.ts'
import { graph } from './graph.ts'
import { failedRequests, firingAlerts, servicesUp } from './health.ts'
import { clicked, labelOf, uidOf } from './links.ts'
import { saturationRow, serviceLink } from './overview-saturation.ts'
import { failedStatus, perRange, quantile, rate, share } from './promql.ts'
import { series, seriesWithExemplars, value } from './queries.ts'
import { column, table } from './table.ts'

export function overviewDashboard(settings: Settings): Dashboard {
  return dashboard(settings, {
    uid: uidOf(settings, 'overview'),
    title: 'Services overview',
    description: 'Rate, errors and duration of all services, what they promised, and what they run short of.',
    sources: ['prometheus'],
    rows: [now(settings), objectives(settings), services(settings), saturationRow(settings)],
  })
}

function now(settings: Settings): Row {
  const requests = (...matchers: string[]) => ofServices(settings, metric.requests, ...matchers)
  return {
    title: 'Now',
    panels: [
      servicesUp(settings, { width: 4 }),
      figure({
        title: 'Requests',
        description: 'Requests that all services answered; one that passes through several is counted in each.',
        width: 5,
        unit: 'reqps',
        queries: [series(rate('', requests()), 'requests')],
      }),
      failedRequests(settings, { width: 5 }),
      figure({
        title: '95th percentile of the latency',
        description: 'One request in twenty takes longer.',
        width: 5,
        unit: 's',
        limits: [0.5, 1],
        queries: [series(quantile(0.95, '', ofServices(settings, metric.requestBuckets)), '95 %')],
      }),
      firingAlerts(settings, { width: 5 }),
    ],
  }
}

function objectives(settings: Settings): Row {
  const link = serviceLink(settings, labelOf(label.service))
  return {
    title: 'Objectives',
    panels: [
      bars({
        title: 'Error budget left',
        description: `What is left of what may fail in ${settings.budgetWindow}: 100 % when nothing failed, below 0 when the promise is broken. Empty for a service without a request.`,
        width: 8,
        height: 9,
        unit: 'percentunit',
        limits: [0.25, 0],
        max: 1,
        queries: [value(ofRecorded(settings, recorded.budget), '{{job}} {{slo}}')],
        links: [link],
      }),
      ...burnRate(settings),
      alertTable(settings, { width: 8, height: 9 }),
    ],
  }
}

/** Over the long window of the alert that pages first. */
function burnRate(settings: Settings) {
  const [fastest] = settings.burnRates.toSorted((one, other) => other.factor - one.factor)
  if (!fastest) return []
  const { long, factor } = fastest
  const allowed = `on (${label.service}, ${label.slo}) (1 - ${ofRecorded(settings, recorded.objective)})`
  return [
    graph({
      title: `Burn rate over ${long}`,
      description: `How many times faster than evenly the error budget burns. At 1 it lasts exactly as long as it has to; at ${factor} a page is sent.`,
      width: 8,
      height: 9,
      unit: 'none',
      limits: [1, factor],
      queries: [series(`${ofRecorded(settings, recorded.errorRatio(long))} / ${allowed}`, '{{job}} {{slo}}')],
      links: [serviceLink(settings, labelOf(label.service))],
    }),
  ]
}

function services(settings: Settings): Row {
  const by = label.service
  const requests = (...matchers: string[]) => ofServices(settings, metric.requests, ...matchers)
  const latency = ofServices(settings, metric.requestBuckets)
  const link = serviceLink(settings, labelOf(by))
  return {
    title: 'Rate, errors, duration',
    panels: [
      table({
        title: 'Services',
        description: 'Over the time range shown. Click a service for its dashboard.',
        width: 24,
        keys: [{ label: by, title: 'Service', links: [serviceLink(settings, clicked)] }],
        columns: [
          column('Up', 'none', `sum by (${by}) (${ofServices(settings, metric.up)})`, [1, 0.5]),
          column('Requests', 'reqps', rate(by, requests(), perRange)),
          column('Failed', 'percentunit', share(by, requests(failedStatus), requests(), perRange), [0.001, 0.01]),
          column('50th percentile', 's', quantile(0.5, by, latency, perRange)),
          column('95th percentile', 's', quantile(0.95, by, latency, perRange), [0.5, 1]),
          column('99th percentile', 's', quantile(0.99, by, latency, perRange), [1, 2.5]),
        ],
      }),
      graph({
        title: 'Requests',
        description: 'Requests that each service answered.',
        width: 8,
        unit: 'reqps',
        stacked: 'lines',
        queries: [series(rate(by, requests()), '{{job}}')],
        links: [link],
      }),
      graph({
        title: 'Failed',
        description:
          'Share of the requests that were answered with a status of 500 or above. Absent for a service without a request.',
        width: 8,
        unit: 'percentunit',
        queries: [series(share(by, requests(failedStatus), requests()), '{{job}}')],
        links: [link],
      }),
      graph({
        title: '95th percentile of the latency',
        description: 'One request in twenty takes longer. Each point is a request; a click on one leads to its trace.',
        width: 8,
        unit: 's',
        queries: [seriesWithExemplars(quantile(0.95, by, latency), '{{job}}')],
        links: [link],
      }),
    ],
  }
}
