/**
 * New log lines as they arrive, newest first. The stream goes on where it was after a lost connection, so a line comes once.
 */

import { useEffect, useState } from 'preact/hooks'
import type { LogLine } from '../../contract/contract.ts'
import { addressOf } from '../api/client.ts'
import { eventData } from '../api/live.ts'

export interface Tail {
  /** True once whatever is stored from now on will be in `lines`: what is stored already may be asked for. */
  started: boolean
  lines: readonly LogLine[]
  /** Lines that the console left out because they came too fast. */
  skipped: number
  /** True where no more lines are kept: the list has to be loaded again. */
  full: boolean
}

/** Lines kept; beyond it the list is loaded again, so that it does not grow without a limit. */
const MOST = 5000
const NOTHING: Tail = { started: false, lines: [], skipped: 0, full: false }

/** Held still it keeps its lines; following again, or another `round`, starts it again. */
export function useTail(q: string, follow: boolean, round: number): Tail {
  const [tail, setTail] = useState(NOTHING)
  const begin = () => setTail((before) => ({ ...before, started: true }))
  useEffect(() => {
    if (!follow) {
      begin()
      return
    }
    setTail(NOTHING)
    const source = new EventSource(addressOf('/api/live', { logs: 1, q }))
    source.addEventListener('logs', (event) => {
      const { logs, skipped } = eventData<'logs'>(event)
      setTail((before) => added(before, logs, skipped))
    })
    // A console that does not answer is not waited for: the query then says what is wrong.
    source.addEventListener('open', begin)
    source.addEventListener('error', begin)
    return () => source.close()
  }, [q, follow, round])
  return tail
}

function added(before: Tail, logs: readonly LogLine[], skipped: number): Tail {
  if (before.full) return before
  const lines = [...logs.toReversed(), ...before.lines]
  return { started: true, lines: lines.slice(0, MOST), skipped: before.skipped + skipped, full: lines.length >= MOST }
}
