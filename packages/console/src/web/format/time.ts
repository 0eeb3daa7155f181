/**
 * Times in the browser's time zone or in UTC, on a 24-hour clock, as precise as their place needs.
 */

import { utc } from '../state/zone.ts'

function pad(value: number, length = 2): string {
  return String(value).padStart(length, '0')
}

/** `14:03:07.123`. */
export function clock(time: number): string {
  return `${shown(time).time}.${pad(new Date(time).getMilliseconds(), 3)}`
}

/** `14:03:07`, with the day before it where that is not today. */
export function moment(time: number): string {
  const { day, time: text } = shown(time)
  return day === shown(Date.now()).day ? text : `${day} ${text}`
}

/** `2026-11-23 14:03:07.123`, for where it must not be mistaken. */
export function exact(time: number): string {
  return `${shown(time).day} ${clock(time)}${utc.value ? ' UTC' : ''}`
}

/** `now`, `12 s ago`, `4 min ago`, `3 h ago`, `2 d ago`. */
export function ago(time: number, now = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - time) / 1000))
  if (seconds < 2) return 'now'
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`
  return `${Math.floor(seconds / 86_400)} d ago`
}

/** The text that an `<input type=datetime-local>` takes. */
export function localInput(time: number): string {
  const { day, time: text } = shown(time)
  return `${day}T${text}`
}

/** The time that such an input holds, in milliseconds since the epoch; NaN where it holds none. */
export function fromInput(text: string): number {
  return new Date(utc.value && text !== '' ? `${text}Z` : text).getTime()
}

/** Day and time of day in the chosen zone: both of a date whose UTC fields are the zone's own. */
function shown(time: number): { day: string; time: string } {
  const offset = utc.value ? 0 : new Date(time).getTimezoneOffset() * 60_000
  const [day = '', rest = ''] = new Date(time - offset).toISOString().split('T')
  return { day, time: rest.slice(0, 8) }
}
