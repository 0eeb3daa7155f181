/**
 * What the slowest and the failed requests of a run spent their time on: the critical path of each trace, as the console works it out.
 */
import { z } from 'zod'
import { quantile } from '../record/client.ts'
import type { Piece, Request, Requests } from '../record/record.ts'
import type { Sample } from '../record/samples.ts'

/** Addresses of what shows a trace, with `{id}` in the place of its id. */
export interface TracePages {
  readonly pages: Readonly<Record<string, string>>
  /** The console whose API is queried. */
  readonly console?: string | undefined
}

const SLOWEST = 10
const FAILED = 20
const USUAL = 3
const TIMEOUT_MS = 5_000
/** A trace arrives some seconds after its last span ended. */
const ATTEMPTS = 8
const PAUSE_MS = 1_000

/** @param from start of the run in epoch milliseconds */
export async function requestsOf(samples: readonly Sample[], from: number, pages: TracePages): Promise<Requests> {
  const bySlowness = samples.toSorted((a, b) => b.ms - a.ms)
  const failed = samples.filter((sample) => sample.failed)
  const slowest = bySlowness.filter((sample) => !sample.failed).slice(0, SLOWEST)
  const describe = async (list: readonly Sample[]) => Promise.all(list.map((sample) => requestOf(sample, from, pages)))
  return {
    slowest: await describe(slowest),
    failed: await describe(failed.slice(0, FAILED)),
    usual: await describe(usualOrders(samples)),
    notListed: Math.max(0, failed.length - FAILED),
  }
}

/** Orders around the median: the request that goes through all of the shop. */
function usualOrders(samples: readonly Sample[]): Sample[] {
  const orders = samples.filter(({ name, failed }) => name === 'order' && !failed)
  const median = quantile(
    orders.map(({ ms }) => ms).sort((a, b) => a - b),
    0.5,
  )
  return orders.toSorted((a, b) => Math.abs(a.ms - median) - Math.abs(b.ms - median)).slice(0, USUAL)
}

async function requestOf(sample: Sample, from: number, { pages, console }: TracePages): Promise<Request> {
  const { at, name, status, ms, error, traceId } = sample
  const trace = console === undefined || traceId === '' ? undefined : await readTrace(console, traceId)
  return {
    at: Math.round((at - from) / 100) / 10,
    name,
    status,
    ms: Math.round(ms * 10) / 10,
    error,
    traceId,
    links: Object.fromEntries(Object.entries(pages).map(([where, page]) => [where, page.replace('{id}', traceId)])),
    criticalPath: trace ? pathOf(trace) : null,
    spans: trace ? trace.spans.length : null,
  }
}

const traceShape = z.object({
  spans: z.array(
    z.object({ spanId: z.string(), name: z.string(), service: z.string(), start: z.number(), duration: z.number() }),
  ),
  criticalPath: z.array(z.object({ spanId: z.string(), start: z.number(), end: z.number() })),
})
type Trace = z.output<typeof traceShape>

/** The trace once its root has arrived; undefined where it does not. */
async function readTrace(console: string, traceId: string): Promise<Trace | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const response = await fetch(`${console}/api/trace?id=${traceId}`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch(() => undefined)
    if (response?.ok) return traceShape.parse(await response.json())
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  return undefined
}

/** Time of each span on the path, summed by service and name, largest first, with its share. */
export function pathOf({ spans, criticalPath }: Trace): Piece[] {
  const names = new Map(spans.map(({ spanId, service, name }) => [spanId, { service, what: name }]))
  const total = criticalPath.reduce((sum, { start, end }) => sum + end - start, 0)
  const pieces = new Map<string, Piece>()
  for (const { spanId, start, end } of criticalPath) {
    const { service, what } = names.get(spanId) ?? { service: '', what: spanId }
    const key = `${service} ${what}`
    const piece = pieces.get(key) ?? { service, what, ms: 0, share: 0 }
    piece.ms += end - start
    pieces.set(key, piece)
  }
  return Array.from(pieces.values(), (piece) => ({
    ...piece,
    ms: Math.round(piece.ms * 10) / 10,
    share: total === 0 ? 0 : Math.round((piece.ms / total) * 1000) / 1000,
  })).sort((a, b) => b.ms - a.ms)
}
