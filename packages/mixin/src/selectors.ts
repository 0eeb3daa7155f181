/**
 * Selectors of PromQL, so that every query reaches the same services and honours the user's own matchers.
 */

import { label } from './names.ts'
import type { Settings } from './options.ts'

type Scope = Pick<Settings, 'services' | 'selector'>

/** `metric{job=~"orders|payments",...}`. */
export function ofServices(scope: Scope, metric: string, ...matchers: string[]): string {
  return select(metric, `${label.service}${oneOf(scope.services)}`, ...matchers, scope.selector)
}

/** A matcher's operator and value for any of these names. */
export function oneOf(names: readonly string[]): string {
  return names.length === 1 ? `="${names[0]}"` : `=~"${names.join('|')}"`
}

function select(name: string, ...matchers: string[]): string {
  return `${name}{${matchers.filter((matcher) => matcher !== '').join(',')}}`
}
