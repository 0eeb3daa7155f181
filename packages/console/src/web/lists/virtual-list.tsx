/**
 * A list of any length that scrolls smoothly, because only the rows in view are drawn. It takes the focus as a whole and
 * names its active row (aria-activedescendant), since rows out of view do not exist.
 */

import type { ComponentChildren, RefObject } from 'preact'
import { useEffect, useId, useLayoutEffect, useRef } from 'preact/hooks'
import { isChord, moved } from './keys.ts'
import { useVirtual } from './use-virtual.ts'
import './virtual-list.css'

export interface VirtualListProps {
  label: string
  count: number
  rowHeight: number
  keyOf: (index: number) => string
  row: (index: number, active: boolean) => ComponentChildren
  /** -1 for none. */
  active: number
  onActive: (index: number) => void
  onOpen?: (index: number) => void
  /** Keys beyond moving and Enter; true where it was one of them. */
  onKey?: (key: string) => boolean
  /** Called when the last rows come into view. */
  onEnd?: () => void
  onScroll?: (offset: number) => void
  scroller?: RefObject<HTMLTableElement | null>
  class?: string
}

export function VirtualList(props: VirtualListProps) {
  const { label, count, rowHeight, keyOf, row, active, onActive, onEnd } = props
  const own = useRef<HTMLTableElement>(null)
  const scroller = props.scroller ?? own
  const id = useId()
  const virtual = useVirtual({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: keyOf,
    overscan: 12,
    // New rows on top must not move what one reads further down; at the very top they are to be seen.
    anchorTo: (scroller.current?.scrollTop ?? 0) > 0 ? 'end' : 'start',
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? -1

  useLayoutEffect(() => virtual.measure(), [virtual, rowHeight])
  useEffect(() => {
    if (active >= 0 && active < count) virtual.scrollToIndex(active, { align: 'auto' })
  }, [virtual, active, count])
  useEffect(() => {
    if (count > 0 && last >= count - 5) onEnd?.()
  }, [last, count, onEnd])

  const pressed = (event: KeyboardEvent): void => {
    if (isChord(event) || isControl(event.target)) return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? rowHeight) / rowHeight) - 1)
    const next = count > 0 ? moved(event.key, active, count, page) : null
    if (next !== null) onActive(next)
    else if (event.key === 'Enter' && active >= 0) props.onOpen?.(active)
    else if (!props.onKey?.(event.key)) return
    event.preventDefault()
  }

  /** Rows come and go, so the focus goes to the list and stays there. */
  const clicked = (event: MouseEvent): void => {
    if (!(event.target instanceof Element) || isControl(event.target)) return
    const index = event.target.closest<HTMLElement>('[data-index]')?.dataset.index
    if (index === undefined) return
    scroller.current?.focus({ preventScroll: true })
    onActive(Number(index))
  }

  return (
    <table
      class={`vlist ${props.class ?? ''}`}
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={count}
      aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
      tabIndex={0}
      data-list
      onKeyDown={pressed}
      onClick={clicked}
      onScroll={(event) => props.onScroll?.(event.currentTarget.scrollTop)}
    >
      <tbody class="vlist-all" style={{ height: `${virtual.getTotalSize()}px` }}>
        {items.map((item) => (
          <tr
            key={item.key}
            id={`${id}-${item.index}`}
            class="vlist-row"
            tabIndex={-1}
            aria-selected={item.index === active}
            aria-rowindex={item.index + 1}
            data-index={item.index}
            style={{ transform: `translateY(${item.start}px)`, height: `${rowHeight}px` }}
          >
            {/* A cell may hold links and buttons, which an option of a list box may not. */}
            <td class="vlist-cell">{row(item.index, item.index === active)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('a,button,input') !== null
}
