/**
 * Saturation: what a Node.js process runs out of before its users notice. The one thread that does everything, the heap, and
 * the database behind it.
 */

import { label, metric } from '../names.ts'
import type { Settings } from '../options.ts'
import { ofServices } from '../selectors.ts'
import type { Alert, RuleSet } from './alert.ts'
import { example, firing } from './examples.ts'

export function saturationRules(settings: Settings): RuleSet {
  return {
    name: 'saturation',
    about: 'Saturation: the event loop, the heap, the database behind a service and its connections.',
    recordings: [],
    alerts: [
      eventLoopSaturated(settings),
      eventLoopBlocked(settings),
      heapNearLimit(settings),
      databaseSlow(settings),
      connectionPoolExhausted(settings),
    ],
  }
}

/** Values for every half minute of a quarter of an hour. */
function always(value: number): string {
  return `${value}+0x30`
}

function eventLoopSaturated(settings: Settings): Alert {
  const busy = (share: number) => (labels: string) => ({ [`${metric.loopUtilization}{${labels}}`]: always(share) })
  return {
    name: 'EventLoopSaturated',
    severity: 'ticket',
    expr: `avg_over_time(${ofServices(settings, metric.loopUtilization)}[5m]) > 0.9`,
    for: '5m',
    summary: 'The event loop of {{ $labels.job }} is saturated',
    description:
      'The main thread of {{ $labels.job }} on {{ $labels.instance }} was busy {{ $value | humanizePercentage }} of the last five minutes. Requests queue. Add instances, or find the function that takes the CPU.',
    fires: firing(settings, 'the thread is busy 95 % of the time', busy(0.95), (job) => ({
      labels: { instance: 'one' },
      summary: `The event loop of ${job} is saturated`,
      description: `The main thread of ${job} on one was busy 95% of the last five minutes. Requests queue. Add instances, or find the function that takes the CPU.`,
    })),
    quiet: example(settings, 'it is busy 80 % of the time', busy(0.8)),
  }
}

function eventLoopBlocked(settings: Settings): Alert {
  const late = (seconds: number) => (labels: string) => ({ [`${metric.loopDelay}{${labels}}`]: always(seconds) })
  return {
    name: 'EventLoopBlocked',
    severity: 'ticket',
    expr: `avg_over_time(${ofServices(settings, metric.loopDelay)}[5m]) > 0.25`,
    for: '5m',
    summary: 'The event loop of {{ $labels.job }} is blocked',
    description:
      'The p99 delay of the event loop of {{ $labels.job }} on {{ $labels.instance }} is {{ $value | humanizeDuration }}. While a function blocks it, no request is answered.',
    fires: firing(settings, 'turns come half a second late', late(0.5), (job) => ({
      labels: { instance: 'one' },
      summary: `The event loop of ${job} is blocked`,
      description: `The p99 delay of the event loop of ${job} on one is 500ms. While a function blocks it, no request is answered.`,
    })),
    quiet: example(settings, 'they come when the sampling of 20 ms lets them', late(0.025)),
  }
}

function heapNearLimit(settings: Settings): Alert {
  const by = `by (${label.service}, ${label.instance})`
  const filled = (used: number) => (labels: string) => ({
    [`${metric.heapUsed}{${labels},v8js_heap_space_name="old_space"}`]: always(used),
    [`${metric.heapUsed}{${labels},v8js_heap_space_name="new_space"}`]: always(10),
    [`${metric.heapLimit}{${labels}}`]: always(1000),
  })
  return {
    name: 'HeapNearLimit',
    severity: 'page',
    expr: `sum ${by} (${ofServices(settings, metric.heapUsed)}) / max ${by} (${ofServices(settings, metric.heapLimit)}) > 0.9`,
    for: '5m',
    summary: '{{ $labels.job }} is about to run out of heap',
    description:
      'The heap of {{ $labels.job }} on {{ $labels.instance }} is {{ $value | humanizePercentage }} full. At 100% the process dies; before that, garbage collection takes most of its CPU time.',
    fires: firing(settings, '91 % of the heap is in use', filled(900), (job) => ({
      labels: { instance: 'one' },
      summary: `${job} is about to run out of heap`,
      description: `The heap of ${job} on one is 91% full. At 100% the process dies; before that, garbage collection takes most of its CPU time.`,
    })),
    quiet: example(settings, '81 % is in use', filled(800)),
  }
}

function databaseSlow(settings: Settings): Alert {
  const slow = (quick: number) => (labels: string) => ({
    [`${metric.queryBuckets}{${labels},le="1.0"}`]: `0+${quick}x30`,
    [`${metric.queryBuckets}{${labels},le="5.0"}`]: '0+100x30',
    [`${metric.queryBuckets}{${labels},le="+Inf"}`]: '0+100x30',
  })
  const rate = `sum by (${label.service}, le) (rate(${ofServices(settings, metric.queryBuckets)}[5m]))`
  return {
    name: 'DatabaseSlow',
    severity: 'ticket',
    expr: `histogram_quantile(0.95, ${rate}) > 1`,
    for: '5m',
    summary: 'Database operations of {{ $labels.job }} are slow',
    description:
      'The p95 of the database operations of {{ $labels.job }} is {{ $value | humanizeDuration }}. Slow operations keep their connections, and requests wait for one.',
    fires: firing(settings, 'one operation in ten takes more than a second', slow(90), (job) => ({
      summary: `Database operations of ${job} are slow`,
      description: `The p95 of the database operations of ${job} is 3s. Slow operations keep their connections, and requests wait for one.`,
    })),
    quiet: example(settings, 'one in fifty does', slow(98)),
  }
}

/** A full pool alone is good use of it. Callers that wait all the time are what users notice. */
function connectionPoolExhausted(settings: Settings): Alert {
  const by = `by (${label.service}, ${label.instance}, ${label.poolName})`
  const waiting = (values: string) => (labels: string) => ({
    [`${metric.poolPending}{${labels},${label.poolName}="db:5432/shop"}`]: values,
  })
  return {
    name: 'ConnectionPoolExhausted',
    severity: 'ticket',
    expr: `min ${by} (min_over_time(${ofServices(settings, metric.poolPending)}[1m])) > 0`,
    for: '2m',
    summary: '{{ $labels.job }} waits for connections to its database',
    description:
      'All connections of the pool {{ $labels.db_client_connection_pool_name }} of {{ $labels.job }} on {{ $labels.instance }} are in use. At every scrape of the last minute, at least {{ $value }} callers waited for one.',
    fires: firing(settings, 'three callers wait at every scrape', waiting(always(3)), (job) => ({
      labels: { instance: 'one', [label.poolName]: 'db:5432/shop' },
      summary: `${job} waits for connections to its database`,
      description: `All connections of the pool db:5432/shop of ${job} on one are in use. At every scrape of the last minute, at least 3 callers waited for one.`,
    })),
    quiet: example(
      settings,
      'callers wait now and then',
      waiting('3 3 0 3 3 0 3 3 0 3 3 0 3 3 0 3 3 0 3 3 0 3 3 0 3 3 0 3 3 0 3'),
    ),
  }
}
