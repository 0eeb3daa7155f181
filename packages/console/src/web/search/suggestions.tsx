/**
 * What a search field suggestions below itself. The field keeps the focus and names the active suggestion; a press takes one.
 */

import type { ComponentChildren } from 'preact'

interface SuggestionsProps<T> {
  id: string
  label: string
  suggestions: readonly T[]
  keyOf: (suggestion: T) => string
  active: number
  take: (index: number) => void
  /** Said below the suggestions, such as why the search was refused. */
  note?: string | undefined
  children: (suggestion: T) => ComponentChildren
}

export function suggestionId(id: string, index: number): string {
  return `${id}-${index}`
}

export function Suggestions<T>({ id, label, suggestions, keyOf, active, take, note, children }: SuggestionsProps<T>) {
  return (
    <div class="suggestions" id={id} role="listbox" aria-label={label} tabIndex={-1}>
      {suggestions.map((suggestion, index) => (
        <div
          key={keyOf(suggestion)}
          id={suggestionId(id, index)}
          class="suggestion"
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          onPointerDown={(event) => {
            event.preventDefault()
            take(index)
          }}
        >
          {children(suggestion)}
        </div>
      ))}
      {note && <p class="suggestion bad">{note}</p>}
    </div>
  )
}
