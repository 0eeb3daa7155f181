/**
 * Money, times and states as a person reads them.
 */

/** @param {number} cents @param {string} currency */
export function money(cents, currency) {
  return new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(cents / 100)
}

/** @param {string} iso */
export function dateTime(iso) {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(iso))
}

/** @param {number} seconds */
export function duration(seconds) {
  const format = (/** @type {number} */ value, /** @type {string} */ unit) =>
    new Intl.NumberFormat(undefined, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 0 }).format(
      value,
    )
  return seconds < 90 ? format(seconds, 'second') : format(seconds / 60, 'minute')
}

/** @param {number} stock */
export function stockWords(stock) {
  if (stock <= 0) return 'Sold out'
  return stock <= 5 ? `Only ${stock} left` : `${stock} in stock`
}

/** @type {Record<string, { label: string, tone: string }>} */
const states = {
  confirmed: { label: 'Confirmed', tone: 'good' },
  declined: { label: 'Card declined', tone: 'bad' },
  pending: { label: 'In progress', tone: 'calm' },
  failed: { label: 'Failed', tone: 'bad' },
}

/** @param {string} status */
export function orderState(status) {
  return states[status] ?? { label: status.replaceAll('_', ' '), tone: 'calm' }
}

/** @param {unknown} error */
export function wordsOf(error) {
  return error instanceof Error ? error.message : String(error)
}
