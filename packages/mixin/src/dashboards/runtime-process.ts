/**
 * What a Node.js process takes from the machine: memory, CPU and handles.
 */

import { label, metric } from '../names.ts'
import type { Row } from './dashboard.ts'
import { graph } from './graph.ts'
import { max, rate } from './promql.ts'
import { series } from './queries.ts'

/** A selector of a metric of the chosen instances. */
export type Of = (name: string, ...matchers: string[]) => string

export function processRows(of: Of): Row[] {
  return [memory(of), process(of)]
}

function memory(of: Of): Row {
  const by = label.instance
  return {
    title: 'Memory',
    panels: [
      graph({
        title: 'Heap',
        description:
          'What is in use and the limit at which the process dies. A leak does not fall after major collections.',
        width: 8,
        unit: 'bytes',
        colors: { '/^limit/': 'red' },
        queries: [
          series(`sum by (${by}) (${of(metric.heapUsed)})`, 'in use {{instance}}'),
          series(max(by, of(metric.heapLimit)), 'limit {{instance}}'),
        ],
      }),
      graph({
        title: 'Heap by space',
        description: 'New objects, old ones, code, and those too large for either.',
        width: 8,
        unit: 'bytes',
        stacked: 'lines',
        queries: [series(`sum by (${label.heapSpace}) (${of(metric.heapUsed)}) > 0`, '{{v8js_heap_space_name}}')],
      }),
      graph({
        title: 'Process',
        description: 'Resident memory, and within it what buffers and other objects outside of the heap take.',
        width: 8,
        unit: 'bytes',
        queries: [
          series(max(by, of(metric.memory)), 'resident {{instance}}'),
          series(max(by, of(metric.externalMemory)), 'external {{instance}}'),
          series(`sum by (${by}) (${of(metric.heapAvailable)})`, 'free in the heap {{instance}}'),
        ],
      }),
    ],
  }
}

function process(of: Of): Row {
  const by = label.instance
  return {
    title: 'Process',
    panels: [
      graph({
        title: 'CPU',
        description: 'Of all threads; 100 % is one core. Much time in the system is input and output.',
        width: 8,
        unit: 'percentunit',
        stacked: 'lines',
        queries: [series(rate(`${by}, ${label.cpuMode}`, of(metric.cpu)), '{{cpu_mode}} {{instance}}')],
      }),
      graph({
        title: 'Handles',
        description:
          'Sockets, timers and other resources that keep the event loop alive. What only rises is never closed.',
        width: 8,
        unit: 'none',
        stacked: 'lines',
        queries: [series(`sum by (${label.handleType}) (${of(metric.handles)})`, '{{nodejs_resource_type}}')],
      }),
      graph({
        title: 'Starts',
        description:
          'How often the process restarted in the last five minutes. 0 unless it was deployed, crashed or was killed.',
        width: 8,
        unit: 'none',
        limits: [1, 3],
        queries: [series(`sum by (${by}) (resets(${of(metric.uptime)}[5m]))`, '{{instance}}')],
      }),
    ],
  }
}
