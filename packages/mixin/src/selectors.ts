/**
 * Selectors of PromQL and LogQL, so that every query reaches the same services and honours the user's own matchers.
 */

import { label, logLabel } from './names.ts'
import type { Settings } from './options.ts'

type Scope = Pick<Settings, 'services' | 'selector'>

/** `metric{job=~"orders|payments",...}`. */
export function ofServices(scope: Scope, metric: string, ...matchers: string[]): string {
  return select(metric, `${label.service}${oneOf(scope.services)}`, ...matchers, scope.selector)
}

/** `metric{job="$service",...}`: of the one that the reader of a dashboard chose. */
export function ofChosen(scope: Pick<Settings, 'selector'>, metric: string, ...matchers: string[]): string {
  return select(metric, `${label.service}="$service"`, ...matchers, scope.selector)
}

/** Of a series that the rules make, alerts among them: it has no label but those that the rule names. */
export function ofRecorded({ services }: Pick<Settings, 'services'>, name: string, ...matchers: string[]): string {
  return ofServices({ services, selector: '' }, name, ...matchers)
}

export function ofRecordedChosen(name: string, ...matchers: string[]): string {
  return ofChosen({ selector: '' }, name, ...matchers)
}

/** `{service_name=~"orders|payments",...}` of Loki. */
export function linesOf(scope: Pick<Settings, 'logSelector'>, services: string): string {
  return select('', `${logLabel.service}=~"${services}"`, scope.logSelector)
}

/** A matcher's operator and value for any of these names. */
export function oneOf(names: readonly string[]): string {
  return names.length === 1 ? `="${names[0]}"` : `=~"${names.join('|')}"`
}

function select(name: string, ...matchers: string[]): string {
  return `${name}{${matchers.filter((matcher) => matcher !== '').join(',')}}`
}
