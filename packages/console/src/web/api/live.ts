/**
 * What the console says by itself: that something was stored. One stream serves the whole page; the browser reconnects it.
 */

import { computed, signal } from '@preact/signals'
import type { LiveEvents } from '../../api/contract.ts'
import { param } from '../state/address.ts'
import { range } from '../state/range.ts'

/** A range that moves with the clock leaves old points behind even when nothing new arrives. */
const CLOCK = 10_000

export const connection = signal<'connecting' | 'open' | 'lost'>('connecting')

/** Goes up when there may be something new to show. */
export const changes = signal(0)

/** Whether the page follows what arrives: not in a fixed time range, and not when it was paused. */
export const live = computed(() => range.value.kind === 'last' && param('live') !== 'off')

/** Opens the stream; returns what closes it. */
export function listen(): () => void {
  const source = new EventSource('/api/live')
  source.addEventListener('open', () => {
    if (connection.peek() === 'lost') bump()
    connection.value = 'open'
  })
  source.addEventListener('error', () => {
    connection.value = 'lost'
  })
  source.addEventListener('changed', bump)
  const clock = setInterval(bump, CLOCK)
  return () => {
    source.close()
    clearInterval(clock)
  }
}

function bump(): void {
  changes.value = changes.peek() + 1
}

/** The data of an event of the live stream. */
export function eventData<E extends keyof LiveEvents>(event: MessageEvent<string>): LiveEvents[E] {
  return JSON.parse(event.data)
}
