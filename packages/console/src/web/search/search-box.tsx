/**
 * The one search box: a trace id pasted leads to its trace; anything else finds services, routes, instruments, errors, traces
 * and log lines of that name, and suggestions to search all traces or all logs for it.
 */

import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { useQuery } from '../api/use-query.ts'
import { go } from '../state/address.ts'
import { searchResults } from './search-results.ts'
import { Suggestions, suggestionId } from './suggestions.tsx'
import './search.css'

const BOX = 'search-box'
/** How long after the last letter the search begins. */
const PAUSE = 120

export function focusSearch(): void {
  const box = document.getElementById(BOX)
  if (box instanceof HTMLInputElement) {
    box.focus()
    box.select()
  }
}

export function SearchBox() {
  const [text, setText] = useState('')
  const [searched, setSearched] = useState('')
  const [open, setOpen] = useState(false)
  const [at, setAt] = useState(0)
  const input = useRef<HTMLInputElement>(null)
  const id = useId()

  useEffect(() => {
    const timer = setTimeout(() => setSearched(text.trim()), PAUSE)
    return () => clearTimeout(timer)
  }, [text])
  const { data, error } = useQuery('/api/search', searched && open ? { q: searched } : null, { follow: false })
  const shown = open && text.trim() !== ''
  const found = shown ? searchResults(text.trim(), text.trim() === searched ? data : null) : []
  const active = Math.min(at, found.length - 1)

  const leave = (): void => {
    setOpen(false)
    setText('')
    input.current?.blur()
  }
  const take = (index: number): void => {
    const chosen = found[index]
    if (!chosen) return
    go(chosen.href)
    leave()
  }
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setAt((active + 1) % Math.max(1, found.length))
    else if (event.key === 'ArrowUp') setAt((active - 1 + found.length) % Math.max(1, found.length))
    else if (event.key === 'Enter') take(active)
    else if (event.key === 'Escape') leave()
    else return
    event.preventDefault()
  }
  return (
    <search class="search">
      <input
        id={BOX}
        ref={input}
        class="field"
        type="text"
        spellcheck={false}
        autocomplete="off"
        placeholder="Search: service, route, status:error, duration:>250ms, trace id"
        aria-label="Search"
        role="combobox"
        aria-expanded={shown}
        aria-controls={id}
        aria-activedescendant={shown ? suggestionId(id, active) : undefined}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value)
          setOpen(true)
          setAt(0)
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={pressed}
      />
      <span class="search-key" aria-hidden="true">
        <kbd>/</kbd>
      </span>
      {shown && (
        <Suggestions
          id={id}
          label="Found"
          suggestions={found}
          keyOf={(one) => one.href}
          active={active}
          take={take}
          note={error?.message}
        >
          {(one) => (
            <>
              <span class="suggestion-kind">{one.kind}</span>
              <span class="cut">{one.text}</span>
              <span class="faint cut">{one.hint}</span>
            </>
          )}
        </Suggestions>
      )}
    </search>
  )
}
