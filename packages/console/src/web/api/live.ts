/**
 * What the console says by itself: that something was stored. One stream serves the whole page; the browser reconnects it.
 */

import { computed, effect, signal } from '@preact/signals'
import type { LiveEvents } from '../../contract/contract.ts'
import { param } from '../state/address.ts'
import { range } from '../state/range.ts'
import { visible } from '../state/visible.ts'

/** A range that moves with the clock leaves old points behind even when nothing new arrives. */
const CLOCK = 10_000

export const connection = signal<'connecting' | 'open' | 'lost'>('connecting')

/** Goes up when there may be something new to show. */
export const changes = signal(0)

/** Whether anything is followed at all: not where the user paused, and not in a hidden tab. */
export const following = computed(() => visible.value && param('live') !== 'off')

/** Whether the screen follows what arrives: a fixed time range stays as it is. */
export const live = computed(() => following.value && range.value.kind === 'last')

/** Keeps a stream open while the page is visible; returns what ends that. */
export function listen(): () => void {
  const clock = setInterval(bump, CLOCK)
  const stop = effect(() => (visible.value ? open() : undefined))
  return () => {
    stop()
    clearInterval(clock)
  }
}

function open(): () => void {
  const source = new EventSource('/api/live')
  source.addEventListener('open', () => {
    if (connection.peek() === 'lost') bump()
    connection.value = 'open'
  })
  source.addEventListener('error', () => {
    connection.value = 'lost'
  })
  source.addEventListener('changed', bump)
  return () => source.close()
}

function bump(): void {
  changes.value = changes.peek() + 1
}

/** The data of an event of the live stream. */
export function eventData<E extends keyof LiveEvents>(event: MessageEvent<string>): LiveEvents[E] {
  return JSON.parse(event.data)
}
