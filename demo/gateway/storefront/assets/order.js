/**
 * The page of one order: how far it has come, what is in it, and its trace id. It follows the order until its receipt
 * is sent.
 */

import { getOrder, getProducts, ShopError } from './api.js'
import { byId, element, render } from './element.js'
import { clearProblem, keepFresh, showProblem } from './page.js'
import { picture } from './picture.js'
import { isTraceKept, traceChip, traceLink } from './trace.js'
import { dateTime, money, orderState } from './words.js'

/** @typedef {import('./api.js').Order & { receipt: import('./api.js').Receipt }} Order */

const pauseWhileWaiting = 1000
const pauseWhenDone = 30_000

/** @type {Record<string, string>} */
const titles = { pending: 'Your order', confirmed: 'Thank you for your order' }

const id = decodeURIComponent(location.pathname.split('/').at(-1) ?? '')
const place = byId('order')
const problem = byId('problem')
let isSettled = false
let shown = ''

/** Names and pictures are a help, not a need: without them the order shows what is in it by sku. */
const products = getProducts().then(
  (list) => new Map(list.map((product) => [product.sku, product])),
  () => new Map(),
)

await keepFresh(refresh, () => (isSettled ? pauseWhenDone : pauseWhileWaiting))

async function refresh() {
  try {
    const order = await getOrder(id)
    isSettled = order.status !== 'pending' && ['sent', 'none'].includes(order.receipt.state)
    clearProblem(problem)
    await show(order)
  } catch (error) {
    place.removeAttribute('aria-busy')
    const isUnknown = error instanceof ShopError && (error.status === 404 || error.status === 400)
    isSettled ||= isUnknown
    if (isUnknown) showUnknown()
    else showProblem(problem, error)
  }
}

function showUnknown() {
  const words = 'You have no order with this number. It may be from another browser.'
  render(place, element('h1', {}, 'There is no such order'), element('p', {}, words), ...waysBack())
}

/** @param {Order} order */
async function show(order) {
  if (JSON.stringify(order) === shown) return
  shown = JSON.stringify(order)
  const { label, tone, story } = orderState(order.status)
  const sent = order.receipt.state === 'sent'
  byId('announcement').textContent = sent ? `${label}. The receipt was sent.` : label
  render(
    place,
    element('p', { class: `badge ${tone}` }, label),
    element('h1', {}, titles[order.status] ?? 'Your order was not placed'),
    element('p', { class: 'lead' }, dateTime(order.createdAt), ' · ', element('code', { class: 'id' }, order.id)),
    story === undefined ? steps(order) : element('p', { class: `notice ${tone}` }, story),
    ...(order.traceId && isTraceKept(order.createdAt) ? [trace(order.traceId)] : []),
    await contents(order),
    ...waysBack(story === undefined ? 'Back to the shop' : 'Back to your basket'),
  )
}

function waysBack(shop = 'Back to the shop') {
  const toShop = element('a', { href: shop === 'Back to the shop' ? '/' : '/#basket' }, shop)
  return [element('p', {}, toShop, ' · ', element('a', { href: '/orders' }, 'Your orders'))]
}

/** @param {Order} order */
function steps({ status, receipt }) {
  const confirmed = status === 'confirmed'
  const receiptWords = {
    sent: `Receipt sent${receipt.to ? ` to ${receipt.to}` : ''}`,
    pending: 'The receipt is on its way',
    none: 'There is no receipt',
    unknown: 'The receipt comes later: its service does not answer right now',
  }
  return element(
    'ol',
    { class: 'steps' },
    step('Order placed', 'done'),
    step(confirmed ? 'Payment authorised' : orderState(status).label, confirmed ? 'done' : 'now'),
    step(receiptWords[receipt.state], receipt.state === 'sent' ? 'done' : 'now'),
  )
}

/** @param {string} words @param {'done' | 'now'} state */
function step(words, state) {
  return element(
    'li',
    { class: state },
    words,
    state === 'now' && element('span', { class: 'visually-hidden' }, ' (under way)'),
  )
}

/** @param {string} traceId */
function trace(traceId) {
  const words = 'One trace through every service and the queue, with the log lines that belong to it.'
  return element(
    'section',
    { class: 'trace' },
    element('h2', {}, 'How it travelled'),
    element('p', {}, words, ' ', traceLink(traceId)),
    traceChip(traceId),
  )
}

/** Prices are known once the stock is reserved; an order that failed before has none. @param {Order} order */
async function contents({ status, items, totalCents, currency }) {
  const bySku = await products
  const rows = items.map(({ sku, quantity, unitPriceCents: price }) => {
    const product = bySku.get(sku)
    const each = price === undefined ? '' : money(price, currency)
    return element(
      'li',
      {},
      element('span', { class: 'small-image' }, picture(product?.image)),
      element(
        'div',
        { class: 'line-name' },
        element('span', {}, product?.name ?? sku),
        element('span', { class: 'stock' }, amount(quantity, each)),
      ),
      price !== undefined && element('span', { class: 'amount' }, money(price * quantity, currency)),
    )
  })
  return element(
    'section',
    {},
    element('h2', {}, status === 'pending' || status === 'confirmed' ? 'What is in it' : 'What was in it'),
    element('ul', { class: 'lines' }, ...rows),
    totalCents !== null && status === 'confirmed' && total(money(totalCents, currency)),
  )
}

/** @param {number} quantity @param {string} each its price, or empty where none is known */
function amount(quantity, each) {
  if (each) return `${quantity} × ${each}`
  return quantity === 1 ? '1 piece' : `${quantity} pieces`
}

/** @param {string} amount */
function total(amount) {
  return element('p', { class: 'total' }, element('span', {}, 'Total'), element('strong', {}, amount))
}
