/**
 * Text that a caller may send and PostgreSQL can store: no control characters (it refuses NUL) and no half of a surrogate
 * pair (UTF-8 has no form for it). Without this check such a value fails deep inside as a 500.
 */

import { z } from 'zod'

/** `max` counts UTF-16 units. A Unicode control character is refused, a line break too: these are names and codes. */
export function text(max: number, missing = 'expected some text') {
  return z
    .string()
    .trim()
    .min(1, missing)
    .max(max, `expected ${max} characters at most`)
    .refine(isStorable, 'expected text without control characters')
}

function isStorable(value: string): boolean {
  return value.isWellFormed() && !/\p{Cc}/u.test(value)
}
