/** The measurements of one server: the cost of a fixed number of requests, latency at a fixed rate, heap per request. */
import type { Figures } from '../server/figures.ts'
import type { Variant } from '../variants.ts'
import type { Lab } from './lab.ts'
import { type Delivered, Served } from './served.ts'

export interface Cost {
  /** CPU time of all threads for one request, in microseconds. */
  cpuUs: number
  /** Requests in a second while the server did nothing else. */
  perSecond: number
  /** Highest resident memory, in bytes. */
  peakBytes: number
  delivered: Delivered
  spansPerRequest: number
}

export interface Latency {
  rate: number
  /** One after the other, of one process. */
  windows: Window[]
  delivered: Delivered
}

export interface Window {
  p50Ms: number
  p99Ms: number
  /** Delay of the event loop meanwhile. */
  delayMs: Figures['delayMs']
}

export interface Plan {
  /** Requests that are measured. */
  requests: number
  /** Requests before them, until the code is compiled. */
  warmUp: number
  /** Seconds of load at a fixed rate in each window in which latency is measured. */
  seconds: number
}

const PATHS = ['/users/42']

export async function measureCost(lab: Lab, framework: string, variant: Variant, plan: Plan): Promise<Cost> {
  const served = await Served.start(lab.receiver, { framework, variant })
  await answered(lab.count(served.origin, PATHS, plan.warmUp), plan.warmUp)
  const before = await served.figures()
  const { seconds } = await answered(lab.count(served.origin, PATHS, plan.requests), plan.requests)
  const after = await served.figures()
  const requests = plan.warmUp + plan.requests
  await served.drained(requests)
  const arrived = await served.end(requests)
  return {
    cpuUs: (after.cpuUs - before.cpuUs) / plan.requests,
    perSecond: plan.requests / seconds,
    peakBytes: after.peakBytes,
    ...arrived,
  }
}

/**
 * Seconds of the same load before latency counts. V8 compiles again for requests that come evenly, in a thread that here has the
 * same core as the server and holds it up for 3 to 7 ms each time. On Koa it did so 20 times in seconds 4 to 8 (bare 24), 3 times
 * in 8 to 12 (bare once) and hardly any more after that (`--trace-opt`).
 */
const SETTLE_SECONDS = 16
const WINDOWS = 6

export async function measureLatency(
  lab: Lab,
  framework: string,
  variant: Variant,
  rate: number,
  { seconds }: Plan,
): Promise<Latency> {
  const receiver = await lab.startIdleReceiver()
  const served = await Served.start(receiver, { framework, variant })
  await lab.rate(served.origin, PATHS, rate, SETTLE_SECONDS)
  served.watch()
  await served.figures()
  const windows: Window[] = []
  for (let window = 0; window < WINDOWS; window += 1) {
    const { latencyMs } = await lab.rate(served.origin, PATHS, rate, seconds)
    const { delayMs } = await served.figures()
    windows.push({ p50Ms: latencyMs.p50, p99Ms: latencyMs.p99, delayMs })
  }
  const requests = Math.round(rate * SETTLE_SECONDS) + WINDOWS * Math.round(rate * seconds)
  await served.drained(requests)
  const { delivered } = await served.end(requests)
  await receiver.end()
  return { rate, windows, delivered }
}

/** Seconds of load at each of the rates that are tried. */
const TRY_SECONDS = 2

/** The cost at a rate at which all telemetry arrives: the load is halved until it does. */
export async function measureDelivered(
  lab: Lab,
  framework: string,
  variant: Variant,
  from: number,
): Promise<{ rate: number; cpuUs: number; delivered: Delivered } | undefined> {
  for (let rate = Math.floor(from / 2); rate >= 50; rate = Math.floor(rate / 2)) {
    const served = await Served.start(lab.receiver, { framework, variant })
    await lab.rate(served.origin, PATHS, rate, 1)
    const before = await served.figures()
    await lab.rate(served.origin, PATHS, rate, TRY_SECONDS)
    const after = await served.figures()
    const requests = Math.round(rate * TRY_SECONDS)
    await served.drained(rate + requests)
    const { delivered } = await served.end(rate + requests)
    if (isComplete(delivered)) return { rate, cpuUs: (after.cpuUs - before.cpuUs) / requests, delivered }
  }
  return undefined
}

/** Whether at least 99 % of every signal arrived. */
export function isComplete({ spans, lines, metrics }: Delivered): boolean {
  return [spans, lines, metrics].every((share) => share === undefined || share >= 0.99)
}

/** So large a young generation that nothing is collected while the heap is measured. */
const NO_COLLECTION = ['--min-semi-space-size=512', '--max-semi-space-size=512']
const HEAP_REQUESTS = 2000

/** Bytes of JavaScript heap that one request allocates; `undefined` where some were collected meanwhile all the same. */
export async function measureHeap(lab: Lab, framework: string, variant: Variant): Promise<number | undefined> {
  const served = await Served.start(lab.receiver, { framework, variant, flags: NO_COLLECTION })
  served.watch()
  await answered(lab.count(served.origin, PATHS, HEAP_REQUESTS), HEAP_REQUESTS)
  const before = await served.figures()
  await answered(lab.count(served.origin, PATHS, HEAP_REQUESTS), HEAP_REQUESTS)
  const after = await served.figures()
  await served.end(2 * HEAP_REQUESTS)
  if (after.collections > before.collections) return undefined
  return (after.heapBytes - before.heapBytes) / HEAP_REQUESTS
}

/** Throws unless the app answered all: a ratio over failed requests would say nothing. */
async function answered<Result extends { answered: number; failed: number }>(
  load: Promise<Result>,
  requests: number,
): Promise<Result> {
  const result = await load
  if (result.failed > 0 || result.answered < requests) {
    throw new Error(`the app answered ${result.answered} of ${requests} requests, ${result.failed} failed`)
  }
  return result
}
