/**
 * A trace id that is copied with one click, and the way to its page.
 */

import { element } from './element.js'

const shownFor = 2000

/** @param {string} traceId */
export function traceChip(traceId) {
  const verdict = element('span', { class: 'chip-action', 'aria-live': 'polite' }, 'Copy')
  const chip = element(
    'button',
    { type: 'button', class: 'chip', 'data-key': `trace-${traceId}`, click: copy, title: 'Copy the trace id' },
    element('span', { class: 'chip-label' }, 'Trace'),
    element('code', {}, traceId),
    verdict,
  )
  async function copy() {
    const copied = await copyText(traceId)
    verdict.textContent = copied ? 'Copied' : 'Press Ctrl+C'
    chip.classList.toggle('copied', copied)
    setTimeout(() => {
      verdict.textContent = 'Copy'
      chip.classList.remove('copied')
    }, shownFor)
  }
  return chip
}

/** Milliseconds that the backends keep a trace. */
const KEPT_MS = 24 * 60 * 60 * 1000

/** Whether a trace of that time can still be looked at. @param {string} createdAt ISO 8601 */
export function isTraceKept(createdAt) {
  return Date.now() - Date.parse(createdAt) < KEPT_MS
}

/** @param {string} traceId */
export function traceLink(traceId) {
  return element('a', { href: `/traces/${traceId}` }, 'Open the trace')
}

/**
 * Browsers give the clipboard to secure pages only; over plain HTTP the text is selected, ready for Ctrl+C.
 *
 * @param {string} text
 */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const code = [...document.querySelectorAll('.chip code')].find((node) => node.textContent === text)
    if (code) getSelection()?.selectAllChildren(code)
    return false
  }
}
