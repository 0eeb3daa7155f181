/**
 * Whether anyone can see the page. A browser opens six connections to one console over all its tabs, and a live stream holds
 * one for good: tabs in the background let go of theirs and catch up when they are looked at again.
 */

import { signal } from '@preact/signals'

export const visible = signal(!document.hidden)

document.addEventListener('visibilitychange', () => {
  visible.value = !document.hidden
})
