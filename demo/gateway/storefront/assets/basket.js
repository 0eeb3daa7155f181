/**
 * The basket: how many of which product. It lives in localStorage, so it survives a reload and is the same in every tab.
 */

const storageKey = 'shop.basket'
/** The most of one product that an order may have. */
export const maxQuantity = 99

/** @typedef {Record<string, number>} Basket Quantities by sku. */

/** @type {Set<() => void>} */
const listeners = new Set()

addEventListener('storage', (event) => {
  if (event.key === storageKey || event.key === null) notify()
})

/** @returns {Basket} */
export function readBasket() {
  try {
    const stored = JSON.parse(localStorage.getItem(storageKey) ?? '{}')
    const entries = Object.entries(stored).filter(([, quantity]) => Number.isInteger(quantity) && quantity > 0)
    return Object.fromEntries(entries)
  } catch {
    return {}
  }
}

/** @param {string} sku @param {number} quantity 0 removes the product. */
export function setQuantity(sku, quantity) {
  const { [sku]: _, ...others } = readBasket()
  const bounded = Math.min(quantity, maxQuantity)
  write(bounded > 0 ? { ...readBasket(), [sku]: bounded } : others)
}

/**
 * Takes out what was ordered. What was added while the order was placed stays.
 *
 * @param {readonly { sku: string, quantity: number }[]} items
 */
export function takeOut(items) {
  const basket = readBasket()
  for (const { sku, quantity } of items) {
    const left = (basket[sku] ?? 0) - quantity
    if (left > 0) basket[sku] = left
    else delete basket[sku]
  }
  write(basket)
}

/** @param {Basket} basket */
export function countOf(basket) {
  return Object.values(basket).reduce((sum, quantity) => sum + quantity, 0)
}

/** @param {() => void} listener Called after a change in this tab or another. */
export function onBasketChange(listener) {
  listeners.add(listener)
}

/** @param {Basket} basket */
function write(basket) {
  localStorage.setItem(storageKey, JSON.stringify(basket))
  notify()
}

function notify() {
  for (const listener of listeners) listener()
}
