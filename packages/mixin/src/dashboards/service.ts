/**
 * One service: what it is asked and what it answers, what it asks others, and what it logged and traced at the same time.
 */

import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { label, logLabel, metric, recorded } from '../names.ts'
import type { Settings } from '../options.ts'
import { linesOf, ofChosen, ofRecordedChosen } from '../selectors.ts'
import { alertMarks, startMarks } from './alerts.ts'
import { dashboard, type Row } from './dashboard.ts'
import { logLines, requestLine, traceList } from './events.ts'
import { figure } from './figures.ts'
import { graph, levelColors } from './graph.ts'
import { boardUrl, dataLink, exploreTraces, filled, labelOf, ownLink, uidOf } from './links.ts'
import { failedStatus, quantile, rate, share } from './promql.ts'
import { lineCounts, lines, series, traces } from './queries.ts'
import { callRows } from './service-calls.ts'
import { chosenRoute, here, routeRows } from './service-routes.ts'
import { labelVariable, serviceVariable } from './variables.ts'

export function serviceDashboard(settings: Settings): Dashboard {
  return dashboard(settings, {
    uid: uidOf(settings, 'service'),
    title: 'Service',
    description:
      'One service: its routes, statuses and latencies, the calls that it makes, its log lines and its traces.',
    sources: ['prometheus', 'loki', 'jaeger'],
    variables: [
      serviceVariable(settings),
      labelVariable('route', 'Route', ofChosen(settings, metric.requests), label.route),
    ],
    annotations: [alertMarks(), startMarks(settings)],
    links: [
      ownLink('Node.js runtime', 'dashboard', boardUrl(settings, 'runtime', here)),
      ownLink('Logs', 'dashboard', boardUrl(settings, 'logs', here)),
      ownLink('Traces', 'compass', exploreTraces(filled('service'))),
    ],
    rows: [now(settings), ...routeRows(settings), ...callRows(settings), sameTime(settings)],
  })
}

function now(settings: Settings): Row {
  const requests = (...matchers: string[]) => ofChosen(settings, metric.requests, chosenRoute, ...matchers)
  return {
    title: '$service now',
    panels: [
      figure({
        title: 'Requests',
        description: 'Requests answered, of the chosen routes.',
        width: 4,
        unit: 'reqps',
        queries: [series(rate('', requests()), 'requests')],
      }),
      figure({
        title: 'Failed',
        description: 'Share of the requests that were answered with a status of 500 or above.',
        width: 4,
        unit: 'percentunit',
        limits: [0.001, 0.01],
        queries: [series(share('', requests(failedStatus), requests()), 'failed')],
      }),
      figure({
        title: '95th percentile',
        description: 'One request in twenty takes longer.',
        width: 4,
        unit: 's',
        limits: [0.5, 1],
        queries: [series(quantile(0.95, '', ofChosen(settings, metric.requestBuckets, chosenRoute)), '95 %')],
      }),
      figure({
        title: 'In progress',
        description: 'Requests of any route that are being answered at the moment of a scrape.',
        width: 4,
        unit: 'none',
        queries: [series(`sum(${ofChosen(settings, metric.activeRequests)})`, 'requests')],
      }),
      figure({
        title: 'Instances',
        description: 'Processes that answer Prometheus.',
        width: 4,
        unit: 'none',
        limits: [1, 0.5],
        queries: [series(`sum(${ofChosen(settings, metric.up)})`, 'up')],
      }),
      figure({
        title: 'Error budget left',
        description: `Of the objective that is worst off, over ${settings.budgetWindow}. Below 0 the promise is broken.`,
        width: 4,
        unit: 'percentunit',
        limits: [0.25, 0],
        queries: [series(`min(${ofRecordedChosen(recorded.budget)})`, 'left')],
      }),
    ],
  }
}

function sameTime(settings: Settings): Row {
  const selector = linesOf(settings, '$service')
  return {
    title: 'Log lines and traces of the same time',
    panels: [
      graph({
        title: 'Log lines by level',
        description: 'How much the service said, and of what kind.',
        width: 12,
        height: 7,
        source: 'loki',
        unit: 'none',
        stacked: 'bars',
        colors: levelColors,
        queries: [
          lineCounts(`sum by (${logLabel.level}) (count_over_time(${selector} [$__auto]))`, '{{detected_level}}'),
        ],
        links: [dataLink('Log lines', boardUrl(settings, 'logs', { ...here, level: labelOf(logLabel.level) }))],
      }),
      traceList({
        title: 'Newest traces with an error',
        description:
          'Traces in which a span of the service failed. A click on the id opens the trace. Empty while nothing goes wrong.',
        width: 12,
        height: 7,
        queries: [traces({ service: '$service', tags: 'error=true', limit: 20 })],
      }),
      logLines({
        title: 'Log lines',
        description: 'The newest lines of the service. Open one for its fields; `trace_id` leads to its trace.',
        width: 12,
        height: 12,
        queries: [lines(`${selector} ${requestLine}`)],
      }),
      traceList({
        title: 'Newest traces',
        description: 'Traces that the service took part in. A click on the id opens the trace.',
        width: 12,
        height: 12,
        queries: [traces({ service: '$service', limit: 20 })],
      }),
    ],
  }
}
