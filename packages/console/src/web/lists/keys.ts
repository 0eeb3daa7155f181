/**
 * Where the keyboard goes in a list: the same keys in tables, in the waterfall and in the log.
 */

/** Index after `key` was pressed at `at` in a list of `count`; null where the key does not move. */
export function moved(key: string, at: number, count: number, page = 10): number | null {
  const to = target(key, at, count, page)
  return to === null ? null : Math.max(0, Math.min(count - 1, to))
}

function target(key: string, at: number, count: number, page: number): number | null {
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return at + 1
    case 'ArrowUp':
    case 'k':
      return at - 1
    case 'PageDown':
      return at + page
    case 'PageUp':
      return at - page
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return null
  }
}

/** True for a key pressed with Ctrl, Alt or Cmd, which belongs to the browser. */
export function isChord(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.altKey || event.metaKey
}
