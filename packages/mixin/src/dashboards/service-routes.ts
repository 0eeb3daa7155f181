/**
 * What a service is asked, route by route: how often, with which answer, and how long that took.
 */

import { label, metric } from '../names.ts'
import type { Settings } from '../options.ts'
import { ofChosen } from '../selectors.ts'
import type { Row } from './dashboard.ts'
import { graph, statusColors } from './graph.ts'
import { heatmap } from './heatmap.ts'
import { boardUrl, clicked, dataLink, exploreTraces, filled, labelOf } from './links.ts'
import { failedStatus, perRange, quantile, rate, share } from './promql.ts'
import { buckets, series, seriesWithExemplars } from './queries.ts'
import { column, table } from './table.ts'

export const chosenRoute = `${label.route}=~"$route"`

/** The variables of a dashboard about the same service. */
export const here = { service: filled('service') }

export function routeRows(settings: Settings): Row[] {
  return [routes(settings), latency(settings)]
}

function routes(settings: Settings): Row {
  const requests = (...matchers: string[]) => ofChosen(settings, metric.requests, chosenRoute, ...matchers)
  const times = ofChosen(settings, metric.requestBuckets, chosenRoute)
  const key = `${label.method}, ${label.route}`
  const route = dataLink('Only this route', boardUrl(settings, 'service', { ...here, route: clicked }))
  return {
    title: 'Routes',
    panels: [
      table({
        title: 'Routes',
        description: 'Over the time range shown. A click on a route shows it alone.',
        width: 24,
        keys: [
          { label: label.method, title: 'Method' },
          { label: label.route, title: 'Route', links: [route] },
        ],
        columns: [
          column('Requests', 'reqps', rate(key, requests(), perRange)),
          column('Failed', 'percentunit', share(key, requests(failedStatus), requests(), perRange), [0.001, 0.01]),
          column('50th percentile', 's', quantile(0.5, key, times, perRange)),
          column('95th percentile', 's', quantile(0.95, key, times, perRange), [0.5, 1]),
          column('99th percentile', 's', quantile(0.99, key, times, perRange), [1, 2.5]),
        ],
      }),
      graph({
        title: 'Requests by route',
        description: 'What the service is asked for.',
        width: 8,
        unit: 'reqps',
        stacked: 'lines',
        queries: [series(rate(key, requests()), '{{http_request_method}} {{http_route}}')],
        links: [dataLink('Only this route', boardUrl(settings, 'service', { ...here, route: labelOf(label.route) }))],
      }),
      graph({
        title: 'Requests by status',
        description: 'What it answers: 5xx are its own failures, 4xx those of who asked.',
        width: 8,
        unit: 'reqps',
        stacked: 'lines',
        colors: statusColors,
        queries: [series(rate(label.status, requests()), '{{http_response_status_code}}')],
        links: [dataLink('Log lines', boardUrl(settings, 'logs', here))],
      }),
      graph({
        title: 'Failed by route',
        description: 'Share of the requests of each route that were answered with a status of 500 or above.',
        width: 8,
        unit: 'percentunit',
        queries: [series(share(key, requests(failedStatus), requests()), '{{http_request_method}} {{http_route}}')],
        links: [
          dataLink('Log lines of errors', boardUrl(settings, 'logs', { ...here, level: 'error' })),
          dataLink('Traces', exploreTraces(filled('service'))),
        ],
      }),
    ],
  }
}

function latency(settings: Settings): Row {
  const times = ofChosen(settings, metric.requestBuckets, chosenRoute)
  const key = `${label.method}, ${label.route}`
  return {
    title: 'Latency',
    panels: [
      heatmap({
        title: 'How many requests took how long',
        description:
          'The stronger the colour, the more requests took that long at that time. The points are requests; a click on one leads to its trace.',
        width: 8,
        height: 9,
        queries: [buckets(`sum by (le) (increase(${times}[$__rate_interval]))`)],
      }),
      graph({
        title: 'Percentiles',
        description:
          'Half of the requests, one in twenty and one in a hundred take longer. The points are requests; a click on one leads to its trace.',
        width: 8,
        height: 9,
        unit: 's',
        queries: [
          series(quantile(0.5, '', times), '50 %'),
          series(quantile(0.95, '', times), '95 %'),
          seriesWithExemplars(quantile(0.99, '', times), '99 %'),
        ],
      }),
      graph({
        title: '95th percentile by route',
        description: 'One request in twenty of each route takes longer.',
        width: 8,
        height: 9,
        unit: 's',
        queries: [series(quantile(0.95, key, times), '{{http_request_method}} {{http_route}}')],
        links: [dataLink('Only this route', boardUrl(settings, 'service', { ...here, route: labelOf(label.route) }))],
      }),
    ],
  }
}
