/**
 * Roving focus for lists whose rows are all on the screen: Tab enters the list once, the arrows move inside it.
 */

import { useState } from 'preact/hooks'
import { isChord, moved } from './keys.ts'

export interface Roving {
  /** For the element around the rows. */
  onKeyDown: (event: KeyboardEvent) => void
  /** For the row at an index. */
  row: (index: number) => { tabIndex: number; 'data-row': true; onFocus: () => void }
}

export function useRoving(count: number, open: (index: number) => void): Roving {
  const [active, setActive] = useState(0)
  const entry = Math.min(active, Math.max(0, count - 1))
  return {
    onKeyDown(event) {
      const row = event.target instanceof Element ? event.target.closest('[data-row]') : null
      if (!row || isChord(event)) return
      if (event.key === 'Enter' && event.target === row) {
        event.preventDefault()
        open(entry)
        return
      }
      const next = moved(event.key, entry, count)
      if (next === null) return
      event.preventDefault()
      const rows = row.parentElement?.querySelectorAll<HTMLElement>(':scope > [data-row]')
      rows?.item(next)?.focus()
    },
    row: (index) => ({ tabIndex: index === entry ? 0 : -1, 'data-row': true, onFocus: () => setActive(index) }),
  }
}
