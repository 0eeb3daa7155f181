/**
 * Metrics of Node.js, V8 and the process; a part of `instruments.ts`.
 */
import { type Convention, type MetricDescription, OWN, SEMCONV } from './metric-description.ts'
import { attribute } from './names.ts'

const NODE: Convention = { stability: 'development', source: `${SEMCONV}/runtime/nodejs-metrics/` }
const V8: Convention = { stability: 'development', source: `${SEMCONV}/runtime/v8js-metrics/` }
const PROCESS: Convention = { stability: 'development', source: `${SEMCONV}/system/process-metrics/` }

export const runtimeMetric = {
  eventLoopDelayMin: loopDelay('min', 'shortest'),
  eventLoopDelayMax: loopDelay('max', 'longest'),
  eventLoopDelayMean: loopDelay('mean', 'mean'),
  eventLoopDelayStddev: loopDelay('stddev', 'standard deviation'),
  eventLoopDelayP50: loopDelay('p50', 'median'),
  eventLoopDelayP90: loopDelay('p90', '90th percentile'),
  eventLoopDelayP99: loopDelay('p99', '99th percentile'),
  eventLoopUtilization: {
    name: 'nodejs.eventloop.utilization',
    kind: 'gauge',
    unit: '1',
    description: 'Share of the time since the last reading that the event loop was busy.',
    attributes: [],
    convention: NODE,
  },
  gcDuration: {
    name: 'v8js.gc.duration',
    kind: 'histogram',
    unit: 's',
    description: 'Duration of garbage collections.',
    attributes: [attribute.gcType],
    convention: V8,
  },
  heapUsed: bytes('v8js.memory.heap.used', 'Heap memory in use.', V8, [attribute.heapSpace]),
  heapLimit: bytes('v8js.memory.heap.limit', 'Heap size at which the process dies.', V8),
  heapSpaceAvailable: bytes('v8js.memory.heap.space.available_size', 'Heap memory that is free in a space.', V8, [
    attribute.heapSpace,
  ]),
  externalMemory: bytes(
    'nodejs.memory.external',
    'Memory of C++ objects bound to JavaScript objects, buffers included.',
    OWN,
  ),
  memoryUsage: bytes('process.memory.usage', 'Resident memory of the process.', PROCESS),
  cpuTime: {
    name: 'process.cpu.time',
    kind: 'counter',
    unit: 's',
    description: 'CPU time used by all threads.',
    attributes: [attribute.cpuMode],
    convention: PROCESS,
  },
  uptime: {
    name: 'process.uptime',
    kind: 'gauge',
    unit: 's',
    description: 'Time since the process started.',
    attributes: [],
    convention: PROCESS,
  },
  activeResources: {
    name: 'nodejs.active_resources',
    kind: 'updowncounter',
    unit: '{resource}',
    description: 'Sockets, timers and other resources that keep the event loop alive, by type.',
    attributes: [attribute.resourceType],
    convention: OWN,
  },
} as const satisfies Record<string, MetricDescription>

function loopDelay(statistic: string, words: string): MetricDescription {
  return {
    name: `nodejs.eventloop.delay.${statistic}`,
    kind: 'gauge',
    unit: 's',
    description: `Event loop delay since the last reading: ${words}.`,
    attributes: [],
    convention: NODE,
  }
}

function bytes(
  name: string,
  description: string,
  convention: Convention,
  attributes: string[] = [],
): MetricDescription {
  return { name, kind: 'updowncounter', unit: 'By', description, attributes, convention }
}
