/**
 * The idempotency key of the checkout under way. It belongs to one exact order: another basket, address or card is
 * another checkout and gets another key.
 */

const storageKey = 'shop.checkout'

/** @param {string} checkout What tells this checkout from another. It is stored, so no card number may be in it. */
export function keyFor(checkout) {
  const kept = read()
  if (kept?.checkout === checkout && typeof kept.key === 'string') return kept.key
  const key = randomKey()
  localStorage.setItem(storageKey, JSON.stringify({ key, checkout }))
  return key
}

/** The shop has decided: what comes next is a new order, also when it looks the same. */
export function forgetKey() {
  localStorage.removeItem(storageKey)
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(storageKey) ?? 'null')
  } catch {
    return null
  }
}

/** Not `crypto.randomUUID`, which browsers offer to secure pages only. */
function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
