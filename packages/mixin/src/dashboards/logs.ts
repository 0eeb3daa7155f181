/**
 * What services said: how much, of what kind, which errors most often, and the lines themselves to search in.
 */

import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { logLabel } from '../names.ts'
import type { Settings } from '../options.ts'
import { linesOf } from '../selectors.ts'
import { dashboard, type Row } from './dashboard.ts'
import { logLines, requestLine } from './events.ts'
import { graph, levelColors } from './graph.ts'
import { boardUrl, clicked, dataLink, exploreLines, filled, labelOf, ownLink, uidOf } from './links.ts'
import { lineCounts, lines, lineTotals } from './queries.ts'
import { table } from './table.ts'
import { choiceVariable, servicesVariable, textVariable } from './variables.ts'

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']
const errors = `${logLabel.level}=~"error|fatal|critical"`

export function logsDashboard(settings: Settings): Dashboard {
  return dashboard(settings, {
    uid: uidOf(settings, 'logs'),
    title: 'Logs',
    description: 'Log lines of all services: how many of which level, the most frequent errors, and a search.',
    sources: ['loki'],
    variables: [
      servicesVariable(settings),
      choiceVariable('level', 'Level', levels),
      textVariable('search', 'Search (regular expression)'),
      textVariable('trace', 'Trace'),
    ],
    links: [ownLink('Explore', 'compass', exploreLines(linesOf(settings, filled('service:pipe'))))],
    rows: [volume(settings), topErrors(settings), search(settings)],
  })
}

/** Lines of the chosen services and levels in which the search is found. The empty search is found in all. */
function chosenLines(settings: Settings): string {
  const found = '|~ `(?i)$search`'
  return `${linesOf(settings, '$service')} ${found} | ${logLabel.level}=~"$level" | ${logLabel.traceId}=~"$trace.*"`
}

function volume(settings: Settings): Row {
  const counted = (by: string) => `sum by (${by}) (count_over_time(${chosenLines(settings)} [$__auto]))`
  return {
    title: 'How much',
    panels: [
      graph({
        title: 'Lines by level',
        description: 'Lines of what is chosen above.',
        width: 12,
        source: 'loki',
        unit: 'none',
        stacked: 'bars',
        colors: levelColors,
        queries: [lineCounts(counted(logLabel.level), '{{detected_level}}')],
        links: [dataLink('Only this level', boardUrl(settings, 'logs', { level: labelOf(logLabel.level) }))],
      }),
      graph({
        title: 'Lines by service',
        description: 'Lines of what is chosen above.',
        width: 12,
        source: 'loki',
        unit: 'none',
        stacked: 'bars',
        queries: [lineCounts(counted(logLabel.service), '{{service_name}}')],
        links: [
          dataLink('Service', boardUrl(settings, 'service', { service: labelOf(logLabel.service) })),
          dataLink('Only this service', boardUrl(settings, 'logs', { service: labelOf(logLabel.service) })),
        ],
      }),
    ],
  }
}

function topErrors(settings: Settings): Row {
  const selector = linesOf(settings, '$service')
  const kinds = [logLabel.service, logLabel.exceptionType, logLabel.exceptionMessage].join(', ')
  const ofRange = (by: string) => `topk(20, sum by (${by}) (count_over_time(${selector} | ${errors} [$__range])))`
  const service = dataLink('Service', boardUrl(settings, 'service', { service: clicked }))
  const none = 'Empty while nothing goes wrong.'
  return {
    title: 'Errors',
    panels: [
      table({
        title: 'Most frequent errors',
        description: `Lines of level error and above in the time range shown, by the error that they carry. ${none}`,
        width: 16,
        source: 'loki',
        keys: [
          { label: logLabel.service, title: 'Service', links: [service] },
          { label: logLabel.exceptionType, title: 'Error' },
          { label: logLabel.exceptionMessage, title: 'Message' },
        ],
        columns: [{ title: 'Lines', unit: 'none', query: lineTotals(ofRange(kinds)) }],
      }),
      table({
        title: 'Routes with errors',
        description: `Requests whose line is of level error, by route. ${none}`,
        width: 8,
        source: 'loki',
        keys: [
          { label: logLabel.service, title: 'Service', links: [service] },
          { label: logLabel.route, title: 'Route' },
        ],
        columns: [
          { title: 'Lines', unit: 'none', query: lineTotals(ofRange(`${logLabel.service}, ${logLabel.route}`)) },
        ],
      }),
    ],
  }
}

function search(settings: Settings): Row {
  return {
    title: 'Lines',
    panels: [
      logLines({
        title: 'Log lines',
        description:
          'The newest lines of what is chosen above. Open one for its fields; `trace_id` leads to its trace.',
        width: 24,
        height: 18,
        queries: [lines(`${chosenLines(settings)} ${requestLine}`)],
      }),
    ],
  }
}
