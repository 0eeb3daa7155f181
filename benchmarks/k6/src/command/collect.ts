/**
 * Puts together what is known of a run once its load has ended: k6's samples and summary, series of the services, traces, machine.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { type Load, readSummary } from '../measure/load.ts'
import { commit, machine } from '../measure/machine.ts'
import { fromConsole, fromPrometheus, type Measured, type Span } from '../measure/server.ts'
import { requestsOf } from '../measure/traces.ts'
import { clientOf, stepOf } from '../record/client.ts'
import type { Record as Whole } from '../record/folder.ts'
import { FORMAT, type Run } from '../record/record.ts'
import { readSamples } from '../record/samples.ts'
import type { Shop } from '../shop.ts'

export interface Loaded {
  settings: Pick<Run, 'id' | 'name' | 'scenario' | 'rate' | 'seconds' | 'target' | 'startedAt'>
  loaded: Load
  folder: string
  /** Undefined for another target. */
  shop: Shop | undefined
  booksBefore: Run['books'] | undefined
  /** Its version. */
  k6: string
}

/** Prometheus and the console get the last values this much later. */
const SETTLE_MS = 6_000
/** Prometheus scrapes every 5 s: a smaller step would repeat values. */
const LEAST_STEP = 5

export async function collect({ settings, loaded, folder, shop, booksBefore, k6 }: Loaded): Promise<Whole> {
  await wait(SETTLE_MS)
  const { from, to, end, exitCode, outages } = loaded
  const took = (to - from) / 1000
  const span = { from, to, step: Math.max(LEAST_STEP, stepOf(took)) }
  const samples = await readSamples(loaded.samplesFile)
  const summary = await readSummary(folder)
  const { source, measures, alerts, missing } = await readServer(shop, span)
  const console = shop?.urlOf('console')
  const run: Run = {
    format: FORMAT,
    ...settings,
    took: Math.round(took * 10) / 10,
    end,
    exitCode,
    thresholds: summary?.thresholds ?? [],
    checks: summary?.checks ?? [],
    ...(await commit()),
    versions: { node: process.version.slice(1), k6 },
    machine: machine(),
    mode: shop?.mode ?? null,
    tunings: (await shop?.tunings()) ?? {},
    faults: [...new Set(await shop?.faults())],
    outages,
    books: shop && booksBefore ? await shop.booksSince(booksBefore) : null,
    sources: { server: source, traces: console ? 'console' : null },
    missing: [
      ...(summary ? [] : ['k6 wrote no summary, so thresholds and checks are not known']),
      ...(samples.requests.length === 0 ? ['there is no sample of a request'] : []),
      ...missing,
    ],
  }
  return {
    run,
    client: clientOf(samples, from, took),
    server: { step: span.step, measures, alerts, machine: loaded.machine },
    requests: await requestsOf(samples.requests, from, { pages: tracePages(shop), console }),
  }
}

async function readServer(shop: Shop | undefined, span: Span): Promise<Measured & { source: string | null }> {
  const prometheus = shop?.urlOf('prometheus')
  if (prometheus) return { source: 'prometheus', ...(await fromPrometheus(prometheus, span)) }
  const console = shop?.urlOf('console')
  if (console) return { source: 'console', ...(await fromConsole(console, span)) }
  const missing = ['there is neither Prometheus nor the console, so there are no series of the services']
  return { source: null, measures: [], alerts: [], missing }
}

function tracePages(shop: Shop | undefined): Record<string, string> {
  const found = ['console', 'jaeger'].flatMap((name) => {
    const url = shop?.urlOf(name)
    return url ? [[name, `${url}/trace/{id}`]] : []
  })
  return Object.fromEntries(found)
}
