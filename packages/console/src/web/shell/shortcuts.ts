/**
 * The keyboard. Each key is listed with what it does, and the help overlay prints this very list, so it cannot be out of
 * date. Keys are not taken while one types, and never with Ctrl, Alt or Cmd, which belong to the browser.
 */

import { useEffect } from 'preact/hooks'
import { focusSearch } from '../search/search-box.tsx'
import { go, href } from '../state/address.ts'
import { nextTheme } from '../state/theme.ts'
import { toggleUtc } from '../state/zone.ts'
import { help } from './help-open.ts'
import { toggleLive } from './live-button.tsx'
import { pages } from './pages.ts'

export interface Shortcut {
  /** One key, or two pressed one after the other. */
  keys: string
  does: string
  run: () => void
}

function press(id: string) {
  return () => document.getElementById(id)?.click()
}

export const SHORTCUTS: readonly Shortcut[] = [
  { keys: '/', does: 'Search', run: focusSearch },
  ...pages.flatMap(({ path, nav }) =>
    nav ? [{ keys: `g ${nav.key}`, does: nav.label, run: () => go(href(path)) }] : [],
  ),
  { keys: 'f', does: 'Filter what is on the screen', run: () => focus('[data-filter]') },
  {
    keys: 'j',
    does: 'Into the list, then down (as the arrow keys)',
    run: enterList,
  },
  { keys: 'r', does: 'Time range', run: press('range') },
  { keys: 'u', does: 'Times in UTC, or in this time zone', run: toggleUtc },
  { keys: 'l', does: 'Hold the screen still, or follow', run: toggleLive },
  { keys: '+', does: 'The map of services larger (as Ctrl and the wheel)', run: press('map-larger') },
  { keys: '-', does: 'The map smaller', run: press('map-smaller') },
  { keys: '0', does: 'All of the map', run: press('map-fit') },
  { keys: 't', does: 'Light, dark, or as the system', run: nextTheme },
  {
    keys: '?',
    does: 'This list',
    run: () => {
      help.value = !help.value
    },
  },
]

/** How long the second key of a pair may take. */
const PAIR = 1000

export function useShortcuts(): void {
  useEffect(() => {
    let pending = ''
    let timer: ReturnType<typeof setTimeout> | undefined
    const pressed = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return
      const keys = pending + event.key
      clearTimeout(timer)
      pending = ''
      const shortcut = SHORTCUTS.find((each) => each.keys === keys)
      if (shortcut) {
        event.preventDefault()
        shortcut.run()
      } else if (SHORTCUTS.some((each) => each.keys.startsWith(`${keys} `))) {
        pending = `${keys} `
        timer = setTimeout(() => {
          pending = ''
        }, PAIR)
      }
    }
    document.addEventListener('keydown', pressed)
    return () => document.removeEventListener('keydown', pressed)
  }, [])
}

function focus(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.focus()
}

/** Into the list that is on the screen; one that has nothing chosen yet begins with its first row. */
function enterList(): void {
  const list = document.querySelector<HTMLElement>('[data-row][tabindex="0"],[data-list]')
  list?.focus()
  if (!list?.matches('[data-list]:not([aria-activedescendant])')) return
  list.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true, cancelable: true }))
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
}
