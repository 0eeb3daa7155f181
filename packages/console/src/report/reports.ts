/**
 * Every report with its parameters: the list from which the command line and the tools for agents are made, so that both answer alike.
 */

import { changesReport, compareReport } from './compare.ts'
import { errorsReport } from './errors.ts'
import { logsReport } from './logs.ts'
import { metricsReport } from './metrics.ts'
import type { Given, Report, ReportName, RunQuery } from './report.ts'
import { servicesReport } from './services.ts'
import { slowReport } from './slow.ts'
import { traceReport } from './trace.ts'
import { tracesReport } from './traces.ts'

export interface Parameter {
  about: string
  required?: true
}

export interface Definition {
  name: ReportName
  /** What agents call it. */
  tool: string
  about: string
  /** The parameter that the command takes as its argument; the others are options. */
  argument?: string
  parameters: Record<string, Parameter>
  make: (runQuery: RunQuery, given: Given) => Promise<Report>
}

const period = {
  since: { about: 'begin: an age (15m, 2h, 1d) or a time (2026-11-29T08:00:00Z); 15m where it is left out' },
  until: { about: 'end, the same way; now where it is left out' },
}
const limit = { limit: { about: 'entries of a list at most, 1 to 100' } }
const service = { service: { about: 'name of one service' } }

export const reports: readonly Definition[] = [
  {
    name: 'changes',
    tool: 'what_changed',
    about:
      'What changed since a moment, against the time of the same length before it: new errors, slower or failing routes, metrics that grow. A good first question.',
    parameters: period,
    make: changesReport,
  },
  {
    name: 'services',
    tool: 'list_services',
    about: 'Services with rate, errors and latency, who calls whom, and the routes that need a look.',
    parameters: { ...period, ...limit },
    make: servicesReport,
  },
  {
    name: 'traces',
    tool: 'find_traces',
    about:
      'Traces that match a search, such as: service:orders status:error duration:>250ms http.response.status_code:>=500',
    argument: 'search',
    parameters: {
      search: { about: 'the search; all traces where it is left out' },
      sort: { about: 'duration, spans or errors: the largest first instead of the newest' },
      ...period,
      ...limit,
    },
    make: tracesReport,
  },
  {
    name: 'trace',
    tool: 'get_trace',
    about: 'One trace as a compact tree with its critical path, errors and log lines.',
    argument: 'id',
    parameters: { id: { about: 'the trace id (32 hex digits) or a traceparent', required: true }, ...limit },
    make: traceReport,
  },
  {
    name: 'logs',
    tool: 'find_logs',
    about: 'Log lines that match a search, such as: level:warn service:orders "payment declined"; or all of one trace.',
    argument: 'search',
    parameters: {
      search: { about: 'the search; all lines where it is left out' },
      trace: { about: 'a trace id: only its lines, whenever they were written' },
      ...period,
      ...limit,
    },
    make: logsReport,
  },
  {
    name: 'errors',
    tool: 'list_errors',
    about: 'Errors grouped by type and place, with the newest message and trace of each.',
    parameters: { ...service, ...period, ...limit },
    make: errorsReport,
  },
  {
    name: 'metrics',
    tool: 'get_metrics',
    about: 'Metrics that reported, or with a name one of them over the period with its trend.',
    argument: 'name',
    parameters: {
      name: { about: 'name of one metric; the list of all where it is left out' },
      by: { about: 'an attribute to split it by, such as service.name' },
      ...service,
      ...period,
      ...limit,
    },
    make: metricsReport,
  },
  {
    name: 'slow',
    tool: 'explain_slow_route',
    about: 'What makes a route slow: its slowest requests against normal ones, by critical path and attributes.',
    argument: 'route',
    parameters: {
      route: { about: 'the route or a part of it, such as "GET /orders/:id"', required: true },
      ...service,
      ...period,
    },
    make: slowReport,
  },
  {
    name: 'compare',
    tool: 'compare_periods',
    about: 'Two periods against each other, such as before and after a deployment.',
    parameters: {
      ...period,
      before_since: { about: 'begin of the period to compare with; the time just before where it is left out' },
      before_until: { about: 'end of it; the begin of the first period where it is left out' },
    },
    make: compareReport,
  },
]

export function definitionOf(name: ReportName): Definition {
  const found = reports.find((definition) => definition.name === name)
  if (!found) throw new Error(`There is no report ${name}.`)
  return found
}
