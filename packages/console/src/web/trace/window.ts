/**
 * The part of a trace's time that the waterfall shows, in milliseconds from its start; it stands in the address as `zoom`.
 */

import { change, param } from '../state/address.ts'

export interface Window {
  from: number
  to: number
}

export function windowOf(length: number): Window {
  const [from, to] = param('zoom').split('-').map(Number)
  if (from === undefined || to === undefined || !(from < to) || from < 0)
    return { from: 0, to: Math.max(length, 0.001) }
  return { from, to }
}

export function zoomTo(window: Window | null): void {
  change({ zoom: window ? `${window.from.toFixed(3)}-${window.to.toFixed(3)}` : undefined }, 'replace')
}

/** Where a time from the trace's start is in the window, in percent of its width; it may lie outside. */
export function percentAt(window: Window, time: number): number {
  return ((time - window.from) / (window.to - window.from)) * 100
}

/** The window after a key: plus and minus zoom about its middle, the arrows move it by a quarter; null for other keys. */
export function zoomedBy(key: string, { from, to }: Window, length: number): Window | null {
  const width = to - from
  const within = (begin: number, size: number): Window => {
    const start = Math.max(0, Math.min(begin, length - size))
    return { from: start, to: start + size }
  }
  switch (key) {
    case '+':
      return within(from + width / 4, width / 2)
    case '-':
      return within(from - width / 2, Math.min(width * 2, length))
    case 'ArrowLeft':
      return within(from - width / 4, width)
    case 'ArrowRight':
      return within(from + width / 4, width)
    default:
      return null
  }
}

/** Times for about five even marks in a window. */
export function marks({ from, to }: Window, about = 5): number[] {
  const rough = (to - from) / about
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power
  const first = Math.ceil(from / step)
  const count = Math.floor(to / step + 1e-9) - first + 1
  return Array.from({ length: Math.max(0, count) }, (_, index) => (first + index) * step)
}
