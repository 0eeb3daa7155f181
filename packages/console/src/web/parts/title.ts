/**
 * The name of the tab: what is on the screen first, since tabs are narrow.
 */

import { useEffect } from 'preact/hooks'

export function useTitle(...parts: readonly string[]): void {
  const title = [...parts.filter((part) => part !== ''), 'Console'].join(' · ')
  useEffect(() => {
    document.title = title
  }, [title])
}
