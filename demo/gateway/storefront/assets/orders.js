/**
 * The list of this shopper's orders: the gateway knows the browser by a cookie.
 */

import { getOrders } from './api.js'
import { byId, element, render } from './element.js'
import { clearProblem, keepFresh, showProblem } from './page.js'
import { isTraceKept, traceChip } from './trace.js'
import { dateTime, money, orderState } from './words.js'

const pause = 5000
const place = byId('orders')
const problem = byId('problem')
let shown = ''

await keepFresh(refresh, () => pause)

async function refresh() {
  try {
    const orders = await getOrders()
    clearProblem(problem)
    if (JSON.stringify(orders) === shown) return
    shown = JSON.stringify(orders)
    render(
      place,
      ...(orders.length > 0
        ? orders.map(row)
        : [element('li', { class: 'quiet' }, 'No orders yet. ', element('a', { href: '/' }, 'Go to the shop'))]),
    )
  } catch (error) {
    place.removeAttribute('aria-busy')
    showProblem(problem, error)
  }
}

/** @param {import('./api.js').Order} order */
function row({ id, status, totalCents, currency, items, traceId, createdAt }) {
  const { label, tone } = orderState(status)
  const count = items.reduce((sum, { quantity }) => sum + quantity, 0)
  const link = element('a', { href: `/orders/${encodeURIComponent(id)}`, 'data-key': id }, dateTime(createdAt))
  return element(
    'li',
    { class: 'order' },
    element('div', { class: 'order-head' }, link, element('span', { class: `badge ${tone}` }, label)),
    element(
      'p',
      { class: 'order-sum' },
      element('span', {}, count === 1 ? '1 item' : `${count} items`),
      totalCents !== null && element('strong', {}, money(totalCents, currency)),
    ),
    traceId && isTraceKept(createdAt) ? traceChip(traceId) : false,
  )
}
