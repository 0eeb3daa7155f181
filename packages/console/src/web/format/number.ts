/**
 * Numbers as a person reads them, always the same whatever the browser's language, since log lines and code are next to them.
 */

const THREE = new Intl.NumberFormat('en', { maximumSignificantDigits: 3, useGrouping: false })
const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 })
const PERCENT = new Intl.NumberFormat('en', { style: 'percent', maximumSignificantDigits: 2 })

/** Three significant figures: `0.0123`, `12.3`, `123`; larger ones keep their whole part. */
export function short(value: number): string {
  return Math.abs(value) >= 1000 ? WHOLE.format(value) : THREE.format(value)
}

/** `12,345`. */
export function whole(value: number): string {
  return WHOLE.format(value)
}

/** `12.3K`, for where there is little room. */
export function compact(value: number): string {
  return Math.abs(value) < 1000 ? THREE.format(value) : COMPACT.format(value)
}

/** Of a share from 0 to 1. */
export function percent(share: number): string {
  return share === 0 ? '0 %' : PERCENT.format(share).replace('%', ' %')
}

/** Requests per second, or per minute or hour where that is the readable one. */
export function rate(perSecond: number): string {
  if (perSecond === 0) return '0 /s'
  if (perSecond * 60 < 0.1) return `${THREE.format(perSecond * 3600)} /h`
  if (perSecond < 0.1) return `${THREE.format(perSecond * 60)} /min`
  return `${compact(perSecond)} /s`
}

/** `1 span`, `3 spans`. */
export function counted(count: number, noun: string): string {
  return `${whole(count)} ${noun}${count === 1 ? '' : 's'}`
}
