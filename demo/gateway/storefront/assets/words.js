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

/** @typedef {{ label: string, tone: string, story?: string }} OrderState `story` is for orders that came to nothing. */

const kept = 'Nothing was charged, and your basket is as it was.'

/** @type {Record<string, OrderState>} */
const states = {
  pending: { label: 'In progress', tone: 'calm' },
  confirmed: { label: 'Confirmed', tone: 'good' },
  declined: { label: 'Card declined', tone: 'bad', story: `The bank declined the card. ${kept}` },
  out_of_stock: {
    label: 'Out of stock',
    tone: 'warn',
    story: `Another order was faster: too little was left. ${kept}`,
  },
  rejected: { label: 'Not accepted', tone: 'bad', story: `Something in the order is no longer sold. ${kept}` },
  failed: { label: 'Failed', tone: 'bad', story: `A service did not answer, so the order was given up. ${kept}` },
}

/** @param {string} status @returns {OrderState} */
export function orderState(status) {
  return states[status] ?? { label: status.replaceAll('_', ' '), tone: 'calm' }
}

/** @param {unknown} error */
export function wordsOf(error) {
  return error instanceof Error ? error.message : String(error)
}
