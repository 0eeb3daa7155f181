/**
 * Light or dark: the system's choice unless the user made one. Charts are drawn on canvas and cannot follow a style sheet,
 * so they ask `colour` and are drawn again when `theme` changes.
 */

import { effect, signal } from '@preact/signals'
import { readStored, writeStored } from './stored.ts'

export type Theme = 'system' | 'light' | 'dark'

const ORDER: readonly Theme[] = ['system', 'light', 'dark']

const stored = readStored('theme')

export const theme = signal<Theme>(stored === 'light' || stored === 'dark' ? stored : 'system')

/** Goes up whenever the colours on the screen changed. */
export const colours = signal(0)

effect(() => {
  document.documentElement.dataset.theme = theme.value
  colours.value = colours.peek() + 1
})
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  colours.value = colours.peek() + 1
})

export function nextTheme(): void {
  theme.value = ORDER[(ORDER.indexOf(theme.value) + 1) % ORDER.length] ?? 'system'
  writeStored('theme', theme.value === 'system' ? null : theme.value)
}

const resolved = new Map<string, string>()
colours.subscribe(() => resolved.clear())

/** What a CSS variable's colour is at the moment, in a form that a canvas understands; `share` makes it see-through. */
export function colour(variable: string, share = 1): string {
  const key = `${variable} ${share}`
  const known = resolved.get(key)
  if (known !== undefined) return known
  const probe = document.createElement('span')
  probe.style.color = `color-mix(in srgb, var(${variable}) ${share * 100}%, transparent)`
  document.body.append(probe)
  const value = getComputedStyle(probe).color
  probe.remove()
  resolved.set(key, value)
  return value
}
