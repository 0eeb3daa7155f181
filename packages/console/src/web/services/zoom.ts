/**
 * How large the map is drawn, and what stays where while that changes. Panning is the browser's own scrolling, by wheel, finger,
 * keyboard or drag.
 */

import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'

interface Size {
  width: number
  height: number
}

/** Drawn smaller than this the figures cannot be read, so a map begins at least this large. */
const LEGIBLE = 0.8
const SMALLEST = 0.02
const LARGEST = 3
/** One step of a button or key. */
const STEP = 1.25

export interface Zoom {
  pane: RefObject<HTMLDivElement | null>
  scale: number
  /** Once larger or smaller, about the middle. */
  by: (direction: 1 | -1) => void
  /** All of it at once, never larger than life. */
  fit: () => void
}

/** `drawing` is the size at scale 1; another drawing starts again. */
export function useZoom(drawing: Size): Zoom {
  const pane = useRef<HTMLDivElement>(null)
  const [scale, setScale] = useState(1)
  /** The point of the drawing, as shares of it, that stays at a place of the pane, in pixels. */
  const held = useRef<{ share: [number, number]; at: [number, number] } | null>(null)

  const zoom = (change: (before: number) => number, at?: [number, number]) => {
    const element = pane.current
    if (!element) return
    const { clientWidth, clientHeight, scrollLeft, scrollTop, scrollWidth, scrollHeight } = element
    const [x, y] = at ?? [clientWidth / 2, clientHeight / 2]
    held.current = { share: [(scrollLeft + x) / scrollWidth, (scrollTop + y) / scrollHeight], at: [x, y] }
    setScale((before) => Math.min(LARGEST, Math.max(SMALLEST, change(before))))
  }

  useLayoutEffect(() => {
    const element = pane.current
    if (element) setScale(Math.max(LEGIBLE, Math.min(1, inner(element).width / drawing.width)))
  }, [drawing.width, drawing.height])

  useLayoutEffect(() => {
    const element = pane.current
    if (!element || !held.current) return
    const { share, at } = held.current
    held.current = null
    element.scrollTo(share[0] * element.scrollWidth - at[0], share[1] * element.scrollHeight - at[1])
  }, [scale])

  useEffect(() => {
    const element = pane.current
    if (!element) return
    // Not a property of the element: the browser's own zoom must be prevented, which a passive listener may not.
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return
      event.preventDefault()
      const box = element.getBoundingClientRect()
      zoom((before) => before * 1.002 ** -event.deltaY, [event.clientX - box.left, event.clientY - box.top])
    }
    element.addEventListener('wheel', wheel, { passive: false })
    return () => element.removeEventListener('wheel', wheel)
  }, [])

  return {
    pane,
    scale,
    by: (direction) => zoom((before) => before * STEP ** direction),
    fit: () =>
      zoom(() => {
        const { width, height } = pane.current ? inner(pane.current) : drawing
        return Math.min(1, width / drawing.width, height / drawing.height)
      }),
  }
}

/** Without the padding; the largest it may become, where it is as low as a small drawing. */
function inner(element: HTMLElement): Size {
  const { paddingLeft, paddingTop, maxHeight } = getComputedStyle(element)
  const high = Math.max(element.clientHeight, Number.parseFloat(maxHeight) || 0)
  return {
    width: element.clientWidth - 2 * Number.parseFloat(paddingLeft),
    height: high - 2 * Number.parseFloat(paddingTop),
  }
}
