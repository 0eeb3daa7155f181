/**
 * The whole trace in small: every span a line. Dragging across it zooms the waterfall into that time.
 */

import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { duration } from '../format/duration.ts'
import { isChord } from '../lists/keys.ts'
import { serviceColour } from '../state/palette.ts'
import { colour, colours } from '../state/theme.ts'
import type { Model } from './model.ts'
import { percentAt, windowOf, zoomedBy, zoomTo } from './window.ts'

const HEIGHT = 44

export function MiniMap({ model }: { model: Model }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null)
  const length = Math.max(model.trace.duration, 0.001)
  const window = windowOf(model.trace.duration)
  const zoomed = window.from > 0 || window.to < length

  useLayoutEffect(() => {
    const target = canvas.current
    if (!target) return
    const draw = () => paint(target, model)
    const resized = new ResizeObserver(draw)
    resized.observe(target)
    draw()
    return () => resized.disconnect()
  }, [model, colours.value])

  const timeAt = (event: PointerEvent & { currentTarget: HTMLElement }): number => {
    const box = event.currentTarget.getBoundingClientRect()
    return Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * length
  }
  const whole = { from: 0, to: length }
  const shown = drag ? { from: Math.min(drag.from, drag.to), to: Math.max(drag.from, drag.to) } : window
  return (
    <div class="mini">
      <button
        type="button"
        class="mini-area"
        aria-label="The whole trace in small: plus and minus zoom, the arrow keys move"
        title="Drag to zoom in, double-click to see all"
        onKeyDown={(event) => {
          const next = zoomedBy(event.key, window, length)
          if (!next || isChord(event)) return
          event.preventDefault()
          zoomTo(next.to - next.from < length ? next : null)
        }}
        onPointerDown={(event) => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          setDrag({ from: timeAt(event), to: timeAt(event) })
        }}
        onPointerMove={(event) => drag && setDrag({ ...drag, to: timeAt(event) })}
        onPointerUp={() => {
          if (drag && shown.to - shown.from > length / 200) zoomTo(shown)
          setDrag(null)
        }}
        onDblClick={() => zoomTo(null)}
      >
        <canvas ref={canvas} height={HEIGHT} />
        {(zoomed || drag) && (
          <>
            <i class="mini-out" style={{ left: '0', width: `${percentAt(whole, shown.from)}%` }} />
            <i class="mini-out" style={{ left: `${percentAt(whole, shown.to)}%`, right: '0' }} />
          </>
        )}
      </button>
      {zoomed && (
        <button type="button" class="button small mini-all" onClick={() => zoomTo(null)}>
          {duration(window.to - window.from)} of {duration(length)}: show all
        </button>
      )}
    </div>
  )
}

function paint(canvas: HTMLCanvasElement, { nodes, trace }: Model): void {
  const ratio = devicePixelRatio
  const width = canvas.clientWidth
  canvas.width = Math.max(1, width * ratio)
  canvas.height = HEIGHT * ratio
  const context = canvas.getContext('2d')
  if (!context) return
  context.scale(ratio, ratio)
  const length = Math.max(trace.duration, 0.001)
  const lineHeight = Math.min(4, (HEIGHT - 4) / Math.max(1, nodes.length))
  for (const [index, { span }] of nodes.entries()) {
    context.fillStyle = colour(span.status === 'error' ? '--error' : serviceColour(span.service))
    const left = ((span.start - trace.start) / length) * width
    context.fillRect(
      left,
      2 + index * lineHeight,
      Math.max(1, (span.duration / length) * width),
      Math.max(0.7, lineHeight - 0.5),
    )
  }
}
