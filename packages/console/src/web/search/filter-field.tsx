/**
 * The line where one writes a filter: searched a moment after the last letter, with names and values of fields offered as
 * they were seen in the data. Its text stands in the address as `q`.
 */

import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { change, param } from '../state/address.ts'
import { completed, useCompletions } from './completions.ts'
import { Suggestions, suggestionId } from './suggestions.tsx'
import './search.css'

interface FilterFieldProps {
  signal: 'spans' | 'logs'
  placeholder: string
}

/** How long after the last letter the search begins. */
const PAUSE = 300

export function FilterField({ signal, placeholder }: FilterFieldProps) {
  const q = param('q')
  const [text, setText] = useState(q)
  const [open, setOpen] = useState(false)
  const [at, setAt] = useState(-1)
  const input = useRef<HTMLInputElement>(null)
  const id = useId()
  const offered = useCompletions(signal, text, open)

  // Both at once and not after the next frame: a letter written until then would be undone.
  useLayoutEffect(() => setText(q), [q])
  useLayoutEffect(() => {
    // A name without its value yet is not worth a search.
    if (text === q || text.endsWith(':')) return
    const timer = setTimeout(() => change({ q: text }, 'replace'), PAUSE)
    return () => clearTimeout(timer)
  }, [text])

  const take = (index: number): void => {
    const chosen = offered[index]
    if (chosen === undefined) return
    setText(completed(text, chosen.text))
    setAt(-1)
    input.current?.focus()
  }
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' && offered.length > 0) setAt((at + 1) % offered.length)
    else if (event.key === 'ArrowUp' && offered.length > 0) setAt(at <= 0 ? offered.length - 1 : at - 1)
    else if (event.key === 'Enter' && at >= 0) take(at)
    else if (event.key === 'Enter') change({ q: text })
    else if (event.key === 'Escape' && open && offered.length > 0) setOpen(false)
    else if (event.key === 'Escape') input.current?.blur()
    else return
    event.preventDefault()
  }
  const shown = open && offered.length > 0
  return (
    <div class="filter">
      <input
        ref={input}
        class="field mono"
        type="text"
        spellcheck={false}
        autocomplete="off"
        placeholder={placeholder}
        aria-label="Filter"
        role="combobox"
        aria-expanded={shown}
        aria-controls={id}
        aria-activedescendant={at >= 0 ? suggestionId(id, at) : undefined}
        data-filter
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value)
          setOpen(true)
          setAt(-1)
        }}
        onKeyDown={pressed}
        onBlur={() => setOpen(false)}
      />
      {shown && (
        <Suggestions
          id={id}
          label="Go on with"
          suggestions={offered}
          keyOf={({ text: key }) => key}
          active={at}
          take={take}
        >
          {(suggestion) => (
            <>
              <code class="cut">{suggestion.text}</code>
              <span class="faint">{suggestion.hint}</span>
            </>
          )}
        </Suggestions>
      )}
    </div>
  )
}
