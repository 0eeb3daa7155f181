/**
 * A list that goes back in time page by page, while new items come in on top. Items that were loaded stay, as long as the
 * newest page still touches them; where too much arrived at once to know that nothing is missing between, it starts again.
 */

import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { Back } from '../../contract/contract.ts'
import { bounds, range } from '../state/range.ts'
import { poll } from './poll.ts'

export interface PageQuery {
  from: number
  to: number
  before?: string
}

/** How far the list went, and what its reader should know about it. */
type Reach = Back & { note: string | null }

export type Pages<T> = {
  items: readonly T[]
  back: Reach | null
  error: Error | null
  loading: boolean
  /** Loads the next older page; does nothing while one is on its way or where there is none. */
  more: () => void
}

type State<T> = Omit<Pages<T>, 'more'>

interface PagesSetup<T> {
  /** What identifies the list: a change starts it again. Null asks nothing yet. */
  key: string | null
  load: (query: PageQuery, signal?: AbortSignal) => Promise<{ items: readonly T[] } & Reach>
  idOf: (item: T) => string
  timeOf: (item: T) => number
  follow: boolean
}

export function usePages<T>({ key, load, idOf, timeOf, follow }: PagesSetup<T>): Pages<T> {
  const [state, setState] = useState<State<T>>({ items: [], back: null, error: null, loading: true })
  const whole = key === null ? null : JSON.stringify([key, range.value])
  const calls = useRef({ load, idOf, timeOf })
  calls.current = { load, idOf, timeOf }
  const latest = useRef(state)
  latest.current = state
  const generation = useRef(0)
  const fetching = useRef(false)

  useEffect(() => {
    if (whole === null) return
    generation.current += 1
    fetching.current = false
    let fresh = true
    setState((before) => ({ ...before, error: null, loading: true }))
    return poll(
      (signal) => calls.current.load(bounds(), signal),
      ({ items, ...back }) => {
        const begin = fresh
        fresh = false
        setState((before) =>
          begin ? { items, back, error: null, loading: false } : onTop(before, items, back, calls.current),
        )
      },
      (error) => setState((before) => ({ ...before, error, loading: false })),
      follow,
    )
  }, [whole, follow])

  const more = useCallback(() => {
    const next = latest.current.back?.next
    if (!next || fetching.current) return
    fetching.current = true
    const mine = generation.current
    calls.current.load({ ...bounds(), before: next }).then(
      ({ items, ...back }) => {
        if (mine !== generation.current) return
        fetching.current = false
        setState((before) => ({ ...before, items: unique([...before.items, ...items], calls.current.idOf), back }))
      },
      (error: Error) => {
        if (mine !== generation.current) return
        fetching.current = false
        setState((before) => ({ ...before, error }))
      },
    )
  }, [])

  return { ...state, more }
}

/** The newest page put on top of what is there already; items that left the time range go. */
function onTop<T>(
  before: State<T>,
  newest: readonly T[],
  back: Reach,
  { idOf, timeOf }: Pick<PagesSetup<T>, 'idOf' | 'timeOf'>,
): State<T> {
  const known = new Set(before.items.map(idOf))
  const touches = newest.some((item) => known.has(idOf(item))) || back.next === null
  if (!touches) return { items: newest, back, error: null, loading: false }
  const { from } = bounds()
  const items = unique([...newest, ...before.items], idOf)
    .filter((item) => timeOf(item) >= from)
    .toSorted((a, b) => timeOf(b) - timeOf(a))
  const deeper = before.items.length > newest.length
  return { items, back: deeper ? before.back : back, error: null, loading: false }
}

function unique<T>(items: readonly T[], idOf: (item: T) => string): T[] {
  return [...new Map(items.toReversed().map((item) => [idOf(item), item])).values()].reverse()
}
