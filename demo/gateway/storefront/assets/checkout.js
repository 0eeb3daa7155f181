/**
 * The checkout form. Each order is placed under an idempotency key that stays the same until the shop has decided, so
 * that a double click, a retry after a lost answer or a reload in between places one order.
 */

import { placeOrder, ShopError } from './api.js'
import { takeOut } from './basket.js'
import { totalCents } from './basket-lines.js'
import { forgetKey, keyFor } from './checkout-key.js'
import { byId, element } from './element.js'
import { clearProblem, showProblem } from './page.js'
import { money } from './words.js'

/** Test cards of the demo's payment service. */
const cards = [
  { number: '4242 4242 4242 4242', words: 'works' },
  { number: '4000 0000 0000 0002', words: 'is declined' },
]
const customerKey = 'shop.customer'

/**
 * @param {() => unknown} onRefused Called when the shop would not take the order, since its stock may have changed.
 * @returns {(lines: import('./basket-lines.js').Line[]) => void} Shows the form for what is in the basket.
 */
export function createCheckout(onRefused) {
  const form = byId('checkout', HTMLFormElement)
  const problem = byId('checkout-problem')
  const button = byId('place-order', HTMLButtonElement)
  /** @type {import('./basket-lines.js').Line[]} */
  let lines = []
  let isPlacing = false
  byId('cards').append(...cards.map(cardChoice))
  restoreCustomer(form)

  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    if (isPlacing || !isComplete(form, problem)) return
    isPlacing = true
    show(lines)
    try {
      const order = await place(new FormData(form), lines)
      location.assign(`/orders/${encodeURIComponent(order.id)}`)
    } catch (error) {
      showProblem(problem, error, ...orderLink(error))
      problem.scrollIntoView({ block: 'nearest' })
      isPlacing = false
      show(lines)
      onRefused()
    }
  })

  /** @param {import('./basket-lines.js').Line[]} next */
  function show(next) {
    lines = next
    const [first] = lines
    form.hidden = first === undefined && !isPlacing
    if (first === undefined) return
    const total = money(totalCents(lines), first.product.currency)
    button.textContent = isPlacing ? 'Placing your order…' : `Place order · ${total}`
    button.disabled = isPlacing
    byId('announcement').textContent = isPlacing ? 'Placing your order.' : ''
  }
  return show
}

/** An order that came to nothing has a page and a trace, too. @param {unknown} error */
function orderLink(error) {
  const id = error instanceof ShopError ? error.orderId : undefined
  return id ? [element('a', { href: `/orders/${encodeURIComponent(id)}` }, 'See what happened')] : []
}

/** @param {FormData} form @param {import('./basket-lines.js').Line[]} lines */
async function place(form, lines) {
  const customer = { name: textOf(form, 'name'), email: textOf(form, 'email') }
  const items = lines.map(({ product, quantity }) => ({ sku: product.sku, quantity }))
  const card = textOf(form, 'card')
  const key = keyFor(JSON.stringify({ customer, items, card: card.slice(-4) }))
  localStorage.setItem(customerKey, JSON.stringify(customer))
  try {
    const order = await placeOrder(JSON.stringify({ customer, items, card }), key)
    forgetKey()
    if (order.status === 'confirmed') takeOut(items)
    return order
  } catch (error) {
    if (error instanceof ShopError && !error.isUndecided) forgetKey()
    throw error
  }
}

/** @param {(typeof cards)[number]} card @param {number} index */
function cardChoice({ number, words }, index) {
  const value = number.replaceAll(' ', '')
  return element(
    'label',
    { class: 'card' },
    element('input', { type: 'radio', name: 'card', value, checked: index === 0 }),
    element('span', { class: 'card-number' }, `•••• ${number.slice(-4)}`),
    element('span', { class: 'quiet' }, words),
  )
}

/** Marks what is missing, in the browser's own words, and goes there. @param {HTMLFormElement} form @param {HTMLElement} problem */
function isComplete(form, problem) {
  clearProblem(problem)
  for (const field of form.querySelectorAll('input')) field.toggleAttribute('aria-invalid', !field.checkValidity())
  return form.reportValidity()
}

/** @param {FormData} form @param {string} name */
function textOf(form, name) {
  return String(form.get(name) ?? '').trim()
}

/** @param {HTMLFormElement} form */
function restoreCustomer(form) {
  try {
    const { name = '', email = '' } = JSON.parse(localStorage.getItem(customerKey) ?? '{}')
    for (const [field, value] of Object.entries({ name, email })) {
      const input = form.elements.namedItem(field)
      if (input instanceof HTMLInputElement) input.value = String(value)
    }
  } catch {
    localStorage.removeItem(customerKey)
  }
}
