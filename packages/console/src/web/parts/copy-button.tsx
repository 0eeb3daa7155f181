/**
 * Copies a text, and says so for a moment.
 */

import { useEffect, useState } from 'preact/hooks'

/** How long the confirmation stays. */
const SHOWN = 1500

export function CopyButton({ text, label, title }: { text: string; label: string; title?: string }) {
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle')
  useEffect(() => {
    if (state === 'idle') return
    const timer = setTimeout(() => setState('idle'), SHOWN)
    return () => clearTimeout(timer)
  }, [state])
  const copy = (): void => {
    copied(text).then(
      () => setState('copied'),
      () => setState('refused'),
    )
  }
  const caption = { idle: label, copied: 'Copied', refused: 'Select and copy by hand' }[state]
  return (
    <button type="button" class="button small" onClick={copy} title={title} aria-live="polite">
      {caption}
    </button>
  )
}

/** The clipboard exists on https and loopback only; elsewhere the promise is refused. */
async function copied(text: string): Promise<void> {
  return navigator.clipboard.writeText(text)
}
