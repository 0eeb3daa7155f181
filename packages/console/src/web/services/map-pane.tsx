/**
 * What the map is drawn in: scrolled by wheel or by dragging its ground, zoomed with Ctrl and the wheel.
 */

import type { ComponentChildren } from 'preact'
import type { Zoom } from './zoom.ts'

export function MapPane({ zoom, children }: { zoom: Zoom; children: ComponentChildren }) {
  const drag = (event: PointerEvent) => {
    const pane = zoom.pane.current
    const held = event.target instanceof Element && event.target.closest('a')
    // A finger scrolls by itself.
    if (!pane || held || event.button !== 0 || event.pointerType === 'touch') return
    const from = { x: pane.scrollLeft + event.clientX, y: pane.scrollTop + event.clientY }
    const move = ({ clientX, clientY }: PointerEvent) => pane.scrollTo(from.x - clientX, from.y - clientY)
    const end = () => {
      pane.removeEventListener('pointermove', move)
      pane.removeEventListener('pointerup', end)
      pane.removeEventListener('pointercancel', end)
    }
    pane.setPointerCapture(event.pointerId)
    pane.addEventListener('pointermove', move)
    pane.addEventListener('pointerup', end)
    pane.addEventListener('pointercancel', end)
  }
  return (
    <div class="map" ref={zoom.pane} onPointerDown={drag}>
      {children}
    </div>
  )
}

export function ZoomButtons({ zoom }: { zoom: Zoom }) {
  return (
    <fieldset class="bar map-zoom end" aria-label="Size of the map">
      <button type="button" class="button small" id="map-smaller" title="Smaller (-)" onClick={() => zoom.by(-1)}>
        −
      </button>
      <output class="soft">{`${Math.round(zoom.scale * 100)} %`}</output>
      <button type="button" class="button small" id="map-larger" title="Larger (+)" onClick={() => zoom.by(1)}>
        +
      </button>
      <button type="button" class="button small" id="map-fit" title="All of it (0)" onClick={zoom.fit}>
        Fit
      </button>
    </fieldset>
  )
}
