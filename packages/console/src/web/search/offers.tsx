/**
 * What a search field offers below itself. The field keeps the focus and names the active offer; a press takes one.
 */

import type { ComponentChildren } from 'preact'

interface OffersProps<T> {
  id: string
  label: string
  offers: readonly T[]
  keyOf: (offer: T) => string
  active: number
  take: (index: number) => void
  /** Said below the offers, such as why the search was refused. */
  note?: string | undefined
  children: (offer: T) => ComponentChildren
}

export function offerId(id: string, index: number): string {
  return `${id}-${index}`
}

export function Offers<T>({ id, label, offers, keyOf, active, take, note, children }: OffersProps<T>) {
  return (
    <div class="offers" id={id} role="listbox" aria-label={label} tabIndex={-1}>
      {offers.map((offer, index) => (
        <div
          key={keyOf(offer)}
          id={offerId(id, index)}
          class="offer"
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          onPointerDown={(event) => {
            event.preventDefault()
            take(index)
          }}
        >
          {children(offer)}
        </div>
      ))}
      {note && <p class="offer bad">{note}</p>}
    </div>
  )
}
