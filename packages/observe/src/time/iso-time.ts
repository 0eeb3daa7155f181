/**
 * The present time as ISO 8601, for lines of the log. `toISOString()` costs as much as half of a line; lines of one millisecond share
 * their text, and those of one second all but its end.
 */

let shownMs = Number.NaN
let shownSecond = Number.NaN
let beginning = ''
let text = ''

/** `2026-11-24T03:07:33.844Z` */
export function isoNow(): string {
  const now = Date.now()
  if (now === shownMs) return text
  const second = Math.floor(now / 1000)
  if (second !== shownSecond) {
    beginning = new Date(now).toISOString().slice(0, -'000Z'.length)
    shownSecond = second
  }
  text = `${beginning}${String(now - second * 1000).padStart(3, '0')}Z`
  shownMs = now
  return text
}
