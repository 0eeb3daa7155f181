/**
 * Whether times are shown in UTC, as logs of servers have them, or in the browser's own time zone.
 */

import { signal } from '@preact/signals'
import { recall, remember } from './stored.ts'

export const utc = signal(recall('utc') === 'yes')

export function toggleUtc(): void {
  utc.value = !utc.value
  remember('utc', utc.value ? 'yes' : null)
}
