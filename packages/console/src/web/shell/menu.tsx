/**
 * A button that opens a box below itself, which a click elsewhere, Escape, or a choice in it closes again.
 */

import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import './menu.css'

interface MenuProps {
  label: ComponentChildren
  title: string
  children: (close: () => void) => ComponentChildren
  id?: string
}

export function Menu({ label, title, children, id }: MenuProps) {
  const [open, setOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const close = () => setOpen(false)

  useEffect(() => {
    if (!open) return
    const away = (event: Event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) close()
    }
    const escaped = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return
      close()
      button.current?.focus()
    }
    document.addEventListener('keydown', escaped)
    document.addEventListener('pointerdown', away)
    document.addEventListener('focusin', away)
    return () => {
      document.removeEventListener('keydown', escaped)
      document.removeEventListener('pointerdown', away)
      document.removeEventListener('focusin', away)
    }
  }, [open])

  return (
    <div class="menu" ref={root}>
      <button
        type="button"
        id={id}
        ref={button}
        class="button"
        title={title}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {label}
        <span class="faint" aria-hidden="true">
          ▾
        </span>
      </button>
      {open && <div class="menu-box">{children(close)}</div>}
    </div>
  )
}
