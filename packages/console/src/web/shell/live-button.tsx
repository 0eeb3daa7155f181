/**
 * Says whether the screen follows what arrives, and stops or starts it. In a fixed time range nothing new can arrive, so it
 * goes back to the last minutes.
 */

import { connection, live } from '../api/live.ts'
import { change, param } from '../state/address.ts'
import { range } from '../state/range.ts'

export function toggleLive(): void {
  if (range.value.kind === 'fixed') change({ from: undefined, to: undefined, range: undefined, live: undefined })
  else change({ live: param('live') === 'off' ? undefined : 'off' }, 'replace')
}

const STATES = {
  lost: ['Offline', 'The console does not answer: is it still running? This page goes on when it is back.'],
  on: ['Live', 'New data shows by itself. Press to hold the screen still (L).'],
  off: ['Paused', 'The screen is held still. Press to follow again (L).'],
} as const

function stateNow(): keyof typeof STATES {
  if (connection.value === 'lost') return 'lost'
  return live.value ? 'on' : 'off'
}

export function LiveButton() {
  const state = stateNow()
  const [label, title] = STATES[state]
  return (
    <button
      type="button"
      class={`button live ${state}`}
      onClick={toggleLive}
      title={title}
      role="switch"
      aria-checked={live.value}
    >
      <i class="live-dot" aria-hidden="true" />
      {label}
    </button>
  )
}
