/**
 * The shop page: the shelf with its live stock, the basket next to it, the checkout below that.
 */

import { getProducts } from './api.js'
import { onBasketChange, readBasket } from './basket.js'
import { showBasket } from './basket-lines.js'
import { createCheckout } from './checkout.js'
import { byId, element } from './element.js'
import { clearProblem, keepFresh, showProblem } from './page.js'
import { showShelf } from './shelf.js'

const pause = 5000
const problem = byId('shelf-problem')
const shelf = byId('products')
const showCheckout = createCheckout(refresh)

/** @type {import('./api.js').Product[] | undefined} */
let products

onBasketChange(show)
show()
await keepFresh(refresh, () => pause)
if (location.hash === '#basket') byId('basket').scrollIntoView()

async function refresh() {
  try {
    products = await getProducts()
    clearProblem(problem)
    show()
  } catch (error) {
    shelf.removeAttribute('aria-busy')
    const old = products === undefined ? '' : 'What you see may be out of date. '
    showProblem(problem, error, element('p', {}, `${old}It is tried again every ${pause / 1000} seconds.`))
  }
}

function show() {
  const basket = readBasket()
  if (products !== undefined) showShelf(shelf, products, basket)
  showCheckout(showBasket(byId('basket-lines'), products, basket))
}
