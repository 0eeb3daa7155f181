/**
 * What this browser remembers by itself: theme and colours. A browser that refuses storage simply forgets.
 */

export function readStored(name: string): string | null {
  try {
    return localStorage.getItem(name)
  } catch {
    return null
  }
}

export function writeStored(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(name)
    else localStorage.setItem(name, value)
  } catch {
    // Storage is full or forbidden: the choice holds until the page is closed.
  }
}
