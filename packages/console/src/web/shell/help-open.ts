/**
 * Whether the help overlay is open; the question mark key, the button in the bar and the overlay itself change it.
 */

import { signal } from '@preact/signals'

export const help = signal(false)
