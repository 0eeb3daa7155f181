/**
 * What a service asks of others: by HTTP, and of databases through their pools.
 */

import { label, metric } from '../names.ts'
import type { Settings } from '../options.ts'
import { ofChosen } from '../selectors.ts'
import type { Row } from './dashboard.ts'
import { graph } from './graph.ts'
import { max, quantile, rate, share } from './promql.ts'
import { series, seriesWithExemplars } from './queries.ts'

export function callRows(settings: Settings): Row[] {
  return [outbound(settings), database(settings)]
}

const failed = `${label.errorType}!=""`

function outbound(settings: Settings): Row {
  const peer = `${label.serverAddress}, ${label.serverPort}`
  const legend = '{{server_address}}:{{server_port}}'
  const calls = (...matchers: string[]) => ofChosen(settings, metric.calls, ...matchers)
  const none = 'Empty for a service without outgoing HTTP calls.'
  return {
    title: 'Calls to other services',
    panels: [
      graph({
        title: 'Calls',
        description: `HTTP requests that the service sent, by whom it asked. ${none}`,
        width: 8,
        unit: 'reqps',
        stacked: 'lines',
        queries: [series(rate(peer, calls()), legend)],
      }),
      graph({
        title: 'Failed calls',
        description: `Share of them that got no answer, or one with a status of 400 or above. ${none}`,
        width: 8,
        unit: 'percentunit',
        queries: [series(share(peer, calls(failed), calls()), legend)],
      }),
      graph({
        title: '95th percentile of calls',
        description: `One call in twenty takes longer. The points are calls; a click on one leads to its trace. ${none}`,
        width: 8,
        unit: 's',
        queries: [seriesWithExemplars(quantile(0.95, peer, ofChosen(settings, metric.callBuckets)), legend)],
      }),
    ],
  }
}

function database(settings: Settings): Row {
  const operations = (...matchers: string[]) => ofChosen(settings, metric.queries, ...matchers)
  const times = ofChosen(settings, metric.queryBuckets)
  const pool = `${label.instance}, ${label.poolName}`
  const none = 'Empty for a service without a database.'
  return {
    title: 'Database',
    panels: [
      graph({
        title: 'Operations',
        description: `Database operations, by what they do. ${none}`,
        width: 6,
        unit: 'ops',
        stacked: 'lines',
        queries: [series(rate(label.querySummary, operations()), '{{db_query_summary}}')],
      }),
      graph({
        title: '95th percentile of operations',
        description: `One operation in twenty takes longer. The points are operations; a click on one leads to its trace. ${none}`,
        width: 6,
        unit: 's',
        queries: [seriesWithExemplars(quantile(0.95, label.querySummary, times), '{{db_query_summary}}')],
      }),
      graph({
        title: 'Failed operations',
        description: `Share of the operations that the database refused or that never came back. ${none}`,
        width: 6,
        unit: 'percentunit',
        queries: [series(share('', operations(failed), operations()), 'failed')],
      }),
      graph({
        title: 'Connection pool',
        description:
          'Connections in use and idle, the limit, and callers that wait for one: when callers wait, the pool is the bottleneck. Empty for a service without a pool of `pg`.',
        width: 6,
        unit: 'none',
        colors: { '/^waiting/': 'red', '/^most/': 'text' },
        queries: [
          series(
            `sum by (${pool}, ${label.poolState}) (${ofChosen(settings, metric.pool)})`,
            '{{db_client_connection_state}} {{db_client_connection_pool_name}}',
          ),
          series(max(pool, ofChosen(settings, metric.poolMax)), 'most {{db_client_connection_pool_name}}'),
          series(max(pool, ofChosen(settings, metric.poolPending)), 'waiting {{db_client_connection_pool_name}}'),
        ],
      }),
    ],
  }
}
