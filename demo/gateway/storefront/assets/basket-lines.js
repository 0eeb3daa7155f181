/**
 * What is in the basket, line by line, with quantities to change.
 */

import { maxQuantity, setQuantity } from './basket.js'
import { element, render } from './element.js'
import { picture } from './picture.js'
import { money, stockWords } from './words.js'

/** @typedef {import('./api.js').Product} Product */
/** @typedef {{ product: Product, quantity: number }} Line */

/**
 * @param {HTMLElement} place
 * @param {Product[] | undefined} products undefined while they are not known
 * @param {import('./basket.js').Basket} basket
 * @returns {Line[]} What can be ordered.
 */
export function showBasket(place, products, basket) {
  const entries = Object.entries(basket)
  if (entries.length === 0) {
    render(place, element('p', { class: 'quiet' }, 'Nothing in it yet. Add something from the shelf.'))
    return []
  }
  if (products === undefined) {
    render(place, element('p', { class: 'quiet' }, 'Waiting for the prices…'))
    return []
  }
  const bySku = new Map(products.map((product) => [product.sku, product]))
  /** @type {Line[]} */
  const lines = []
  const rows = entries.map(([sku, quantity]) => {
    const product = bySku.get(sku)
    if (product === undefined) return goneRow(sku)
    lines.push({ product, quantity })
    return lineRow({ product, quantity })
  })
  render(place, element('ul', { class: 'lines' }, ...rows), ...totalOf(lines))
  return lines
}

/** @param {Line} line */
function lineRow({ product, quantity }) {
  const { sku, name, image, priceCents, currency, stock } = product
  const change = (/** @type {number} */ by) => () => setQuantity(sku, quantity + by)
  const step = (/** @type {string} */ sign, /** @type {number} */ by, /** @type {string} */ label, disabled = false) =>
    element(
      'button',
      { type: 'button', 'aria-label': label, 'data-key': `${sku}${sign}`, click: change(by), disabled },
      sign,
    )
  return element(
    'li',
    {},
    element('span', { class: 'small-image' }, picture(image)),
    element(
      'div',
      { class: 'line-name' },
      element('span', {}, name),
      element(
        'div',
        { class: 'stepper' },
        step('−', -1, quantity === 1 ? `Remove ${name}` : `One ${name} less`),
        element('span', { class: 'quantity' }, String(quantity)),
        step('+', 1, `One ${name} more`, quantity >= Math.min(stock, maxQuantity)),
        stock < quantity && element('span', { class: 'stock low' }, stockWords(stock)),
      ),
    ),
    element('span', { class: 'amount' }, money(priceCents * quantity, currency)),
  )
}

/** @param {string} sku */
function goneRow(sku) {
  return element(
    'li',
    { class: 'gone' },
    element('span', { class: 'line-name' }, `${sku} is no longer sold.`),
    element('button', { type: 'button', class: 'plain', click: () => setQuantity(sku, 0) }, 'Remove'),
  )
}

/** @param {Line[]} lines */
function totalOf(lines) {
  const [first] = lines
  if (first === undefined) return []
  const total = money(totalCents(lines), first.product.currency)
  return [element('p', { class: 'total' }, element('span', {}, 'Total'), element('strong', {}, total))]
}

/** @param {Line[]} lines */
export function totalCents(lines) {
  return lines.reduce((sum, { product, quantity }) => sum + product.priceCents * quantity, 0)
}
