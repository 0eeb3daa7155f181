/**
 * Reads the samples that k6 wrote, one JSON object a line, gzipped. A file that was cut off, by Ctrl-C or a full disk, is read as far as it
 * goes.
 */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { z } from 'zod'

const lineShape = z.object({
  type: z.literal('Point'),
  metric: z.string(),
  data: z.object({
    time: z.string(),
    value: z.number(),
    tags: z.record(z.string(), z.string()).nullish(),
    metadata: z.record(z.string(), z.string()).nullish(),
  }),
})

/** One request, as k6 saw it. `at` is its end in epoch milliseconds. */
export interface Sample {
  at: number
  name: string
  status: number
  ms: number
  failed: boolean
  error: string | null
  traceId: string
}

export interface Samples {
  requests: Sample[]
  /** When iterations ended, and when some were dropped, with how many; when virtual users were counted. Epoch milliseconds. */
  iterations: number[]
  dropped: { at: number; count: number }[]
  vus: { at: number; count: number }[]
}

/** Only these are parsed: the others are as many again. */
const WANTED = /^\{"metric":"(?:http_req_duration|iterations|dropped_iterations|vus)"/

export async function readSamples(path: string): Promise<Samples> {
  const samples: Samples = { requests: [], iterations: [], dropped: [], vus: [] }
  const source = createReadStream(path)
  const lines = source.pipe(createGunzip())
  source.on('error', (error) => lines.destroy(error))
  try {
    for await (const line of createInterface({ input: lines })) if (WANTED.test(line)) add(samples, line)
  } catch (error) {
    if (!isCutOff(error)) throw error
  }
  return samples
}

function add(samples: Samples, line: string): void {
  const point = lineShape.safeParse(parse(line))
  if (!point.success) return
  const { metric, data } = point.data
  const at = Date.parse(data.time)
  if (metric === 'iterations') samples.iterations.push(at)
  else if (metric === 'dropped_iterations') samples.dropped.push({ at, count: data.value })
  else if (metric === 'vus') samples.vus.push({ at, count: data.value })
  else {
    const { name = '', status = '0', expected_response: expected, error } = data.tags ?? {}
    samples.requests.push({
      at,
      name,
      status: Number(status),
      ms: data.value,
      failed: expected !== 'true',
      error: error ?? null,
      traceId: data.metadata?.trace_id ?? '',
    })
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function isCutOff(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'Z_BUF_ERROR' || error.code === 'ENOENT')
}
