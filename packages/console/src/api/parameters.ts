/**
 * Query parameters, checked: what is missing gets its default, what is wrong is answered 400 with the name and the value.
 */

import { z } from 'zod'
import type { TimeRange } from '../store/queries/range.ts'

/** A parameter that cannot be used; the message names it. */
export class BadParameter extends Error {}

const QUARTER_HOUR = 15 * 60_000
const latest = Date.UTC(2200, 0)

const text = z.string().min(1).max(2000)
const time = z.coerce.number().min(0).max(latest)
const step = z.coerce
  .number()
  .min(1)
  .max(366 * 24 * 3_600_000)

const range = { from: time.optional(), to: time.optional() }
const limit = z.coerce.number().int().min(1).max(1000).optional()
/** Where a list goes on: as many numbers as its order has parts. */
function before(numbers: number) {
  return z
    .string()
    .regex(new RegExp(`^\\d{1,16}(\\.\\d{1,16}){${numbers - 1}}$`), `it is the "next" of an earlier answer`)
    .optional()
}

const filter = { q: z.string().max(2000).default('') }

export const queries = {
  range: z.object(range),
  forService: z.object({ ...range, service: text }),
  perService: z.object({ ...range, service: text.optional() }),
  red: z.object({ ...range, service: text, route: z.string().max(2000).optional(), step: step.optional() }),
  slow: z.object({ ...range, route: text, service: text.optional() }),
  traces: z.object({
    ...range,
    ...filter,
    limit,
    before: before(2),
    sort: z.enum(['duration', 'spans', 'errors']).optional(),
  }),
  line: z.object({ id: z.string().regex(/^\d{1,8}\.\d{1,15}$/, 'it is the id of a log line') }),
  logs: z.object({ ...range, ...filter, limit, before: before(3) }),
  trace: z.object({ id: z.string().regex(/^[0-9a-f]{32}$/i, 'a trace id has 32 hex digits') }),
  volume: z.object({ ...range, ...filter, step: step.optional() }),
  metric: z.object({
    ...range,
    name: text,
    unit: z.string().max(2000).optional(),
    type: z.enum(['counter', 'updown', 'gauge', 'histogram', 'exponential', 'summary']).optional(),
    service: text.optional(),
    by: text.optional(),
    stat: z.enum(['rate', 'value', 'count', 'avg', 'p50', 'p95', 'p99']).optional(),
    step: step.optional(),
  }),
  search: z.object({ ...range, q: z.string().max(2000) }),
  fields: z.object({ ...range, signal: z.enum(['spans', 'logs']), key: text.optional() }),
  live: z.object({ ...filter, logs: z.literal('1').optional() }),
}

/** Throws `BadParameter`. */
export function parse<Schema extends z.ZodType>(schema: Schema, given: Record<string, string>): z.output<Schema> {
  const result = schema.safeParse(given)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const name = String(issue?.path[0] ?? '')
  const value = given[name]
  const fault = value === undefined ? 'is missing' : `cannot be ${JSON.stringify(value.slice(0, 100))}`
  throw new BadParameter(`The parameter ${name} ${fault}: ${issue?.message}.`)
}

export function rangeOf({ from, to }: { from?: number | undefined; to?: number | undefined }): TimeRange {
  const end = to ?? Date.now()
  const start = from ?? end - QUARTER_HOUR
  if (start >= end) throw new BadParameter(`The range is empty: from (${start}) must be before to (${end}).`)
  return { from: start, to: end }
}
