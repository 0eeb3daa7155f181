/**
 * What is kept of a run, in a folder of its own: four JSON files next to k6's summary. Times are seconds since the start of the run unless
 * they are named otherwise, durations are milliseconds.
 */
import { z } from 'zod'

/** Changes when a file of an older version can no longer be read. */
export const FORMAT = 1

const share = z.number().min(0).max(1)

/** run.json: what ran, where, on what, and how it ended. */
export const runShape = z.object({
  format: z.literal(FORMAT),
  id: z.string(),
  name: z.string().nullable(),
  scenario: z.string(),
  /** Orders per minute; of another target than the shop, requests per minute. Null: the scenario's own. */
  rate: z.number().nullable(),
  seconds: z.number().nullable(),
  target: z.object({ url: z.string(), kind: z.enum(['shop', 'url']) }),
  /** ISO 8601. */
  startedAt: z.string(),
  /** Of the load, in seconds. */
  took: z.number(),
  end: z.enum(['finished', 'threshold', 'interrupted', 'failed']),
  exitCode: z.number(),
  thresholds: z.array(z.object({ metric: z.string(), threshold: z.string(), ok: z.boolean() })),
  checks: z.array(z.object({ name: z.string(), passes: z.number(), fails: z.number() })),
  commit: z.string().nullable(),
  /** Whether the working copy differed from the commit. */
  changed: z.boolean().nullable(),
  versions: z.record(z.string(), z.string()),
  machine: z.object({
    cpu: z.string(),
    cores: z.number(),
    gigabytes: z.number(),
    system: z.string(),
    /** The same for the same machine; no name of it. */
    fingerprint: z.string(),
  }),
  mode: z.string().nullable(),
  /** State of each switch of `pnpm demo tune`. */
  tunings: z.record(z.string(), z.enum(['weak', 'adjusted'])),
  faults: z.array(z.string()),
  /** Times in which a service did not answer its health check. */
  outages: z.array(z.object({ service: z.string(), from: z.number(), to: z.number().nullable() })),
  books: z.object({ confirmed: z.number(), receipts: z.number(), leastStock: z.number() }).nullable(),
  sources: z.object({ server: z.string().nullable(), traces: z.string().nullable() }),
  /** What could not be measured, and why. */
  missing: z.array(z.string()),
})
export type Run = z.infer<typeof runShape>

const stats = z.object({
  count: z.number(),
  failed: z.number(),
  mean: z.number(),
  p50: z.number(),
  p95: z.number(),
  p99: z.number(),
  max: z.number(),
})
export type Stats = z.infer<typeof stats>

/** client.json: what k6 measured, as a whole and by step of time. */
export const clientShape = z.object({
  /** Seconds of one step. */
  step: z.number(),
  /** Of all requests, then by name. Percentiles are exact. */
  total: stats.extend({ dropped: z.number(), iterations: z.number() }),
  byName: z.record(z.string(), stats),
  /** All requests. */
  points: z.array(stats.extend({ at: z.number(), dropped: z.number(), iterations: z.number(), vus: z.number() })),
  /** Number of requests by duration: `upTo` milliseconds, in steps of a tenth. */
  histogram: z.array(z.object({ upTo: z.number(), count: z.number() })),
  errors: z.record(z.string(), z.number()),
})
export type Client = z.infer<typeof clientShape>

/** server.json: each measure by service, one value a step; null where there is none. */
export const serverShape = z.object({
  step: z.number(),
  measures: z.array(
    z.object({
      name: z.string(),
      unit: z.string(),
      series: z.array(z.object({ service: z.string(), values: z.array(z.number().nullable()) })),
    }),
  ),
  alerts: z.array(
    z.object({ name: z.string(), service: z.string(), state: z.string(), from: z.number(), to: z.number() }),
  ),
  /** Of the whole machine, a value each second: cores that are busy, and those that k6 used. */
  machine: z.array(z.object({ at: z.number(), busy: z.number(), k6: z.number(), load: z.number() })),
})
export type Server = z.infer<typeof serverShape>

const piece = z.object({ service: z.string(), what: z.string(), ms: z.number(), share })
export type Piece = z.infer<typeof piece>

const request = z.object({
  at: z.number(),
  name: z.string(),
  status: z.number(),
  ms: z.number(),
  error: z.string().nullable(),
  traceId: z.string(),
  links: z.record(z.string(), z.string()),
  /** What the time of its trace was spent on, largest first; null where the trace was not found. */
  criticalPath: z.array(piece).nullable(),
  spans: z.number().nullable(),
})
export type Request = z.infer<typeof request>

/** requests.json: the slowest requests and those that failed. */
export const requestsShape = z.object({
  slowest: z.array(request),
  failed: z.array(request),
  /** Requests near the median: what a usual one is made of. */
  usual: z.array(request),
  /** Failed requests beyond those listed. */
  notListed: z.number(),
})
export type Requests = z.infer<typeof requestsShape>
