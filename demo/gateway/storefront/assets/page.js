/**
 * What every page has: the basket's count in the header, notices, and content that is asked for again and again while
 * the page is visible.
 */

import { ShopError } from './api.js'
import { countOf, onBasketChange, readBasket } from './basket.js'
import { element, render } from './element.js'
import { traceChip, traceLink } from './trace.js'
import { wordsOf } from './words.js'

showCount()
onBasketChange(showCount)

function showCount() {
  const count = countOf(readBasket())
  for (const node of document.querySelectorAll('[data-basket-count]')) {
    node.textContent = String(count)
    node.classList.toggle('empty', count === 0)
  }
}

/**
 * A notice in plain words; a failure on the shop's side has a trace id to ask with.
 *
 * @param {HTMLElement} place
 * @param {unknown} error
 * @param {...(Node | string)} more
 */
export function showProblem(place, error, ...more) {
  const traceId = error instanceof ShopError ? error.traceId : undefined
  const notice = element('div', { class: 'notice bad' }, element('p', {}, wordsOf(error)), ...more)
  if (traceId) notice.append(traceChip(traceId), ' ', traceLink(traceId))
  render(place, notice)
}

/** @param {HTMLElement} place */
export function clearProblem(place) {
  if (place.hasChildNodes()) place.replaceChildren()
}

/**
 * Runs `refresh` now and then again and again, `pause()` milliseconds after it has ended, while the page is visible.
 *
 * @param {() => Promise<void>} refresh
 * @param {() => number} pause
 */
export function keepFresh(refresh, pause) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  let running = false
  async function run() {
    clearTimeout(timer)
    if (running || document.hidden) return
    running = true
    await refresh()
    running = false
    timer = setTimeout(run, pause())
  }
  document.addEventListener('visibilitychange', run)
  return run()
}
