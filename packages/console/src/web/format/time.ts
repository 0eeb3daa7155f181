/**
 * Times in the browser's time zone, on a 24-hour clock, as precise as their place needs.
 */

function pad(value: number, length = 2): string {
  return String(value).padStart(length, '0')
}

/** `14:03:07.123`. */
export function clock(time: number): string {
  const date = new Date(time)
  return `${minutes(date)}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}`
}

/** `14:03:07`, with the day before it where that is not today. */
export function moment(time: number): string {
  const date = new Date(time)
  const text = `${minutes(date)}:${pad(date.getSeconds())}`
  return date.toDateString() === new Date().toDateString() ? text : `${day(date)} ${text}`
}

/** `2026-11-23 14:03:07.123`, for where it must not be mistaken. */
export function exact(time: number): string {
  return `${day(new Date(time))} ${clock(time)}`
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
  const date = new Date(time)
  return `${day(date)}T${minutes(date)}:${pad(date.getSeconds())}`
}

function day(date: Date): string {
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
}

function minutes(date: Date): string {
  return `${pad(date.getHours())}:${pad(date.getMinutes())}`
}
