/**
 * Makes a log line readable. The services write one JSON object a line, with the fields of `@lab/observe`; whatever is
 * not such a line (PostgreSQL's log, a crash of Node.js itself) is shown as it is.
 */

import { stripVTControlCharacters, styleText } from 'node:util'
import { z } from 'zod'

/** In the order of severity, as pino has them. */
export const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const
export type Level = (typeof levels)[number]

const errorSchema = z.looseObject({
  type: z.string().optional(),
  message: z.string().optional(),
  stack: z.string().optional(),
})

const lineSchema = z.looseObject({
  level: z.enum(levels),
  time: z.iso.datetime(),
  msg: z.string().optional(),
  service: z.string().optional(),
  trace_id: z.string().optional(),
  method: z.string().optional(),
  route: z.string().optional(),
  path: z.string().optional(),
  status: z.number().optional(),
  duration_ms: z.number().optional(),
  err: errorSchema.optional(),
})

export type LogFields = z.infer<typeof lineSchema>

/** Shown in a place of their own, or the same on every line and so only noise. */
const ownPlace = new Set(['service', 'version', 'environment', 'span_id', 'trace_flags', 'pid', 'hostname'])

/** The fields of a line of `@lab/observe`; undefined for any other. */
export function parseFields(line: string): LogFields | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return lineSchema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}

/** One line, and the stack of an error below it. */
export function readableLine(line: string): string {
  const fields = parseFields(line)
  return fields ? readableFields(fields) : stripVTControlCharacters(line)
}

export function readableFields({ level, time, msg, trace_id, err, ...fields }: LogFields): string {
  const { method, route, path, status, duration_ms, ...rest } = fields
  const parts = [
    styleText('dim', clock(time)),
    styleText(levelStyle(level), level.toUpperCase().padEnd(5)),
    ...(method === undefined ? [] : [method, route ?? path]),
    status === undefined ? undefined : styleText(statusStyle(status), String(status)),
    duration_ms === undefined ? undefined : duration(duration_ms),
    method === undefined || !msg ? msg : styleText('dim', msg),
    ...describeRest(rest),
    trace_id === undefined ? undefined : styleText('dim', `trace=${trace_id.slice(0, 8)}`),
  ]
  return [parts.filter(Boolean).join(' '), ...describeError(err)].join('\n')
}

/** Short ones with a digit behind the point. */
function duration(milliseconds: number): string {
  return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`
}

/** Local time; with the day in front when that is not today. */
function clock(time: string): string {
  const date = new Date(time)
  const two = (number: number) => String(number).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} `
  const hour = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  const isToday = date.toDateString() === new Date().toDateString()
  return `${isToday ? '' : day}${hour}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

function levelStyle(level: Level): 'dim' | 'green' | 'yellow' | 'red' {
  if (level === 'error' || level === 'fatal') return 'red'
  if (level === 'warn') return 'yellow'
  return level === 'info' ? 'green' : 'dim'
}

function statusStyle(status: number): 'green' | 'yellow' | 'red' {
  if (status >= 500) return 'red'
  return status >= 400 ? 'yellow' : 'green'
}

function describeRest(rest: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(rest)
    .filter(([name]) => !ownPlace.has(name))
    .map(([name, value]) => styleText('dim', `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`))
}

function describeError(error: LogFields['err']): string[] {
  if (!error) return []
  const text = error.stack ?? [error.type, error.message].filter(Boolean).join(': ')
  return text.split('\n').map((line) => styleText('red', `    ${line}`))
}
