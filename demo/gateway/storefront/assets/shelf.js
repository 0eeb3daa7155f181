/**
 * The products. A card is made once and then kept, so that live stock never takes the focus from the button under it.
 */

import { maxQuantity, setQuantity } from './basket.js'
import { element } from './element.js'
import { picture } from './picture.js'
import { money, stockWords } from './words.js'

/** @typedef {import('./api.js').Product} Product */
/** @typedef {{ node: HTMLElement, update: (product: Product, inBasket: number) => void }} Card */

/** @type {Map<string, Card>} */
const cards = new Map()

/**
 * @param {HTMLElement} place
 * @param {Product[]} products
 * @param {import('./basket.js').Basket} basket
 */
export function showShelf(place, products, basket) {
  const shown = products.map((product) => {
    const card = cards.get(product.sku) ?? createCard(product)
    cards.set(product.sku, card)
    card.update(product, basket[product.sku] ?? 0)
    return card.node
  })
  const isSame = shown.length === place.children.length && shown.every((node, index) => place.children[index] === node)
  if (!isSame) place.replaceChildren(...shown)
  place.removeAttribute('aria-busy')
}

/** @param {Product} first @returns {Card} */
function createCard(first) {
  let inBasket = 0
  const { sku } = first
  const image = element('div', { class: 'image' }, picture(first.image))
  const name = element('h2', {})
  const description = element('p', { class: 'description' })
  const price = element('span', { class: 'price' })
  const stock = element('span', { class: 'stock' })
  const spoken = element('span', { class: 'visually-hidden' })
  const seen = element('span', { 'aria-hidden': 'true' })
  const add = element('button', { type: 'button', click: () => setQuantity(sku, inBasket + 1) }, 'Add', spoken, seen)
  const node = element(
    'li',
    { class: 'product', 'data-sku': sku },
    image,
    element('div', { class: 'about' }, name, description),
    element('div', { class: 'buy' }, element('div', {}, price, stock), add),
  )
  return {
    node,
    update(product, quantity) {
      inBasket = quantity
      setText(name, product.name)
      setText(description, product.description)
      setText(price, money(product.priceCents, product.currency))
      setText(stock, stockWords(product.stock))
      setText(spoken, ` ${product.name} to the basket${quantity > 0 ? `, ${quantity} in it` : ''}`)
      setText(seen, quantity > 0 ? ` · ${quantity}` : '')
      add.disabled = product.stock <= quantity || quantity >= maxQuantity
      node.classList.toggle('sold-out', product.stock <= 0)
      stock.classList.toggle('low', product.stock > 0 && product.stock <= 5)
    },
  }
}

/** Leaves equal text alone, so that nothing flickers and screen readers stay calm. @param {Node} node @param {string} text */
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text
}
