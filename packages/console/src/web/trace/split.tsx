/**
 * The handle between names and times in the waterfall: dragged, or moved with the arrow keys, and remembered.
 */

import { signal } from '@preact/signals'
import { readStored, writeStored } from '../state/stored.ts'

const LEAST = 15
const MOST = 75
const STEP = 3

const stored = Number(readStored('split'))
const share = signal(stored >= LEAST && stored <= MOST ? stored : 40)

/** The CSS variable that both halves are sized by. */
export function splitStyle(): Record<string, string> {
  return { '--split': `${share.value}%` }
}

function set(next: number): void {
  share.value = Math.round(Math.max(LEAST, Math.min(MOST, next)) * 10) / 10
  writeStored('split', String(share.value))
}

export function Split() {
  return (
    // biome-ignore lint/a11y/useSemanticElements: an <hr> takes no focus and no value.
    <div
      class="split"
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the names"
      aria-valuenow={Math.round(share.value)}
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      tabIndex={0}
      onKeyDown={(event) => {
        const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key]
        if (!step) return
        event.preventDefault()
        set(share.value + step)
      }}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
        const box = event.currentTarget.parentElement?.getBoundingClientRect()
        if (box) set(((event.clientX - box.left) / box.width) * 100)
      }}
    />
  )
}
