/**
 * A component's question to the console, asked again when its parameters, the time range or, while live, the stored data
 * change. The last answer stays on the screen until the next one is there, so nothing flickers.
 */

import { useEffect, useRef, useState } from 'preact/hooks'
import { bounds, range } from '../state/range.ts'
import { type Answer, fetchAnswer, type Path, type Query } from './client.ts'
import { live } from './live.ts'
import { poll } from './poll.ts'

export interface QueryState<T> {
  data: T | null
  error: Error | null
  /** True from a change of parameters until its answer; a live refresh does not count. */
  loading: boolean
}

interface Ways {
  /** Leaves out `from` and `to`: the query has no time range. */
  timeless?: boolean
  /** Overrides whether stored data makes it ask again. */
  follow?: boolean
}

/** `query` null asks nothing. */
export function useQuery<P extends Path>(path: P, query: Query<P> | null, ways: Ways = {}): QueryState<Answer<P>> {
  const [state, setState] = useState<QueryState<Answer<P>>>({ data: null, error: null, loading: query !== null })
  const { timeless = false, follow = live.value } = ways
  const key = query && JSON.stringify([path, query, timeless ? null : range.value])
  const latest = useRef(query)
  latest.current = query

  useEffect(() => {
    if (key === null) {
      setState({ data: null, error: null, loading: false })
      return
    }
    setState((before) => ({ ...before, loading: true }))
    const load = (signal: AbortSignal) =>
      fetchAnswer(path, { ...latest.current, ...(timeless ? {} : bounds()) }, signal)
    const show = (answer: Answer<P>) => setState({ data: answer, error: null, loading: false })
    const fail = (error: Error) => setState((before) => ({ data: before.data, error, loading: false }))
    return poll(load, show, fail, follow)
  }, [path, key, timeless, follow])

  return state
}
