/**
 * The Node.js process behind a service: does its one thread have time, and its heap room?
 */

import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { label, metric } from '../names.ts'
import type { Settings } from '../options.ts'
import { ofChosen } from '../selectors.ts'
import { alertMarks, startMarks } from './alerts.ts'
import { dashboard, type Row } from './dashboard.ts'
import { figure } from './figures.ts'
import { graph } from './graph.ts'
import { boardUrl, filled, ownLink, uidOf } from './links.ts'
import { max, rate } from './promql.ts'
import { rows, series } from './queries.ts'
import { type Of, processRows } from './runtime-process.ts'
import { table } from './table.ts'
import { labelVariable, serviceVariable } from './variables.ts'

const chosen = `${label.instance}=~"$instance"`

export function runtimeDashboard(settings: Settings): Dashboard {
  const of: Of = (name, ...matchers) => ofChosen(settings, name, chosen, ...matchers)
  return dashboard(settings, {
    uid: uidOf(settings, 'runtime'),
    title: 'Node.js runtime',
    description: 'Event loop, garbage collection, heap, memory, CPU and handles of the processes of one service.',
    sources: ['prometheus'],
    variables: [
      serviceVariable(settings),
      labelVariable('instance', 'Instance', ofChosen(settings, metric.uptime), label.instance),
    ],
    annotations: [alertMarks(), startMarks(settings)],
    links: [ownLink('Service', 'dashboard', boardUrl(settings, 'service', { service: filled('service') }))],
    rows: [now(of), eventLoop(of), collector(of), ...processRows(of)],
  })
}

function heapShare(of: Of): string {
  return `sum by (${label.instance}) (${of(metric.heapUsed)}) / ${max(label.instance, of(metric.heapLimit))}`
}

function now(of: Of): Row {
  return {
    title: '$service now',
    panels: [
      figure({
        title: 'Event loop busy',
        description: 'Share of the time that the thread of JavaScript was busy, of the busiest instance.',
        width: 4,
        unit: 'percentunit',
        limits: [0.8, 0.9],
        queries: [series(`max(${of(metric.loopUtilization)})`, 'busy')],
      }),
      figure({
        title: 'Heap in use',
        description: 'Of the fullest instance. At 100 % the process dies.',
        width: 4,
        unit: 'percentunit',
        limits: [0.8, 0.9],
        queries: [series(`max(${heapShare(of)})`, 'heap')],
      }),
      figure({
        title: 'Memory',
        description: 'Resident memory of the largest instance, heap and all else.',
        width: 4,
        unit: 'bytes',
        queries: [series(`max(${of(metric.memory)})`, 'resident')],
      }),
      figure({
        title: 'Youngest process',
        description: 'Time since the start of the instance that started last.',
        width: 4,
        unit: 's',
        queries: [series(`min(${of(metric.uptime)})`, 'uptime')],
      }),
      table({
        title: 'Versions',
        description: 'Of the service and of Node.js, by instance.',
        width: 8,
        height: 4,
        keys: [
          { label: label.instance, title: 'Instance' },
          { label: label.version, title: 'Version' },
          { label: label.runtimeVersion, title: 'Node.js' },
        ],
        columns: [
          {
            title: 'Processes',
            unit: 'none',
            query: rows(
              `count by (${label.instance}, ${label.version}, ${label.runtimeVersion}) (${of(metric.target)})`,
            ),
          },
        ],
      }),
    ],
  }
}

function eventLoop(of: Of): Row {
  return {
    title: 'Event loop',
    panels: [
      graph({
        title: 'Busy',
        description:
          'Share of the time between two scrapes that the event loop did something. Above 90 % requests queue.',
        width: 12,
        unit: 'percentunit',
        limits: [0.8, 0.9],
        max: 1,
        queries: [series(max(label.instance, of(metric.loopUtilization)), '{{instance}}')],
      }),
      graph({
        title: 'Delay',
        description:
          'How late a timer of 20 ms came, with these 20 ms: half of the turns, one in a hundred, and the worst between two scrapes. What is well above 20 ms blocks every request.',
        width: 12,
        unit: 's',
        limits: [0.1, 0.25],
        queries: [
          series(max(label.instance, of(metric.loopDelayMedian)), '50 % {{instance}}'),
          series(max(label.instance, of(metric.loopDelay)), '99 % {{instance}}'),
          series(max(label.instance, of(metric.loopDelayMax)), 'worst {{instance}}'),
        ],
      }),
    ],
  }
}

function collector(of: Of): Row {
  const by = label.gcType
  return {
    title: 'Garbage collection',
    panels: [
      graph({
        title: 'Time in collections',
        description: 'Share of the time, by kind. Above a tenth the heap is too small or leaks.',
        width: 8,
        unit: 'percentunit',
        stacked: 'lines',
        queries: [series(rate(by, of(metric.gcSeconds)), '{{v8js_gc_type}}')],
      }),
      graph({
        title: 'Collections',
        description: 'Minor ones are many and cheap; major ones go through the whole heap.',
        width: 8,
        unit: 'ops',
        queries: [series(rate(by, of(metric.gcCount)), '{{v8js_gc_type}}')],
      }),
      graph({
        title: 'Mean duration of a collection',
        description: 'Nothing else runs meanwhile. Absent for a kind that did not happen.',
        width: 8,
        unit: 's',
        queries: [
          series(`${rate(by, of(metric.gcSeconds))} / (${rate(by, of(metric.gcCount))} > 0)`, '{{v8js_gc_type}}'),
        ],
      }),
    ],
  }
}
