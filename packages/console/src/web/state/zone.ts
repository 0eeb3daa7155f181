/**
 * Whether times are shown in UTC, as logs of servers have them, or in the browser's own time zone.
 */

import { signal } from '@preact/signals'
import { readStored, writeStored } from './stored.ts'

export const utc = signal(readStored('utc') === 'yes')

export function toggleUtc(): void {
  utc.value = !utc.value
  writeStored('utc', utc.value ? 'yes' : null)
}
