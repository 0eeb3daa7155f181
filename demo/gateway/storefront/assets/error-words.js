/**
 * What the API's errors mean to a shopper. The API speaks to programs, in codes, paths and names of services.
 */

/** @type {Record<string, string>} By the path of the field. */
const fields = {
  'customer.name': 'Please give your name.',
  'customer.email': 'Please give an email address, such as ada@example.com.',
  card: 'Please choose a card.',
  items: 'Please put something into your basket first.',
}

const later = 'Please try again in a moment.'

/** @type {Record<string, string>} By the code of the error. */
const codes = {
  declined: 'The bank declined the card. Nothing was charged; please try another card.',
  unknown_product: 'Something in your basket is no longer sold. Please remove it and try again.',
  unknown_order: 'There is no order with this number.',
  in_progress: `Your order is still being placed. ${later}`,
  idempotency_key_reused: `This order was changed while it was being placed. ${later}`,
  dependency_unavailable: `The shop cannot take orders right now. Nothing was charged. ${later}`,
  database_unavailable: `The shop is very busy. ${later}`,
  too_late: `Your order took too long and was given up. Nothing was charged. ${later}`,
  interrupted: `Your order was interrupted. Nothing was charged. ${later}`,
  first_attempt_failed: `The first attempt did not succeed. ${later}`,
}

/**
 * @param {{ status: number, code?: string, details?: unknown }} error
 * @returns {string}
 */
export function errorWords({ status, code = '', details }) {
  if (code === 'invalid_request') return invalidWords(details)
  if (code === 'out_of_stock') return soldOutWords(details)
  const known = codes[code]
  if (known) return known
  if (status === 404) return 'There is nothing here.'
  return status >= 500 ? `Something went wrong on our side. ${later}` : `The shop did not understand this. ${later}`
}

/** One sentence for each field, in the order in which they are named. @param {unknown} details */
function invalidWords(details) {
  const paths = issuesOf(details).map((path) => (path.startsWith('items') ? 'items' : path))
  const words = [...new Set(paths)].map((path) =>
    path === 'items' && hasItem(details) ? 'Please check how much of each product you want: 1 to 99.' : fields[path],
  )
  return words.filter(Boolean).join(' ') || 'Please check what you have entered.'
}

/** @param {unknown} details */
function hasItem(details) {
  return issuesOf(details).some((path) => path.startsWith('items.'))
}

/** @param {unknown} details @returns {string[]} */
function issuesOf(details) {
  const issues = typeof details === 'object' && details !== null && 'issues' in details ? details.issues : []
  return Array.isArray(issues) ? issues.map(({ path }) => String(path)) : []
}

/** @param {unknown} details */
function soldOutWords(details) {
  const left = typeof details === 'object' && details !== null && 'left' in details ? Number(details.left) : 0
  const rest = left > 0 ? `Only ${left} of one product are left.` : 'One of the products is sold out.'
  return `${rest} Nothing was charged. Please change your basket and try again.`
}
