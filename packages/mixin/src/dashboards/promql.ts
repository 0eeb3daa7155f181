/**
 * Expressions of PromQL that several dashboards are made of. `by` names labels, or none for one value of all.
 */

import { label } from '../names.ts'

/** Grafana's: at least four scrapes, and no less than one pixel. */
export const perPoint = '$__rate_interval'

/** Grafana's: the whole time range. */
export const perRange = '$__range'

export const failedStatus = `${label.status}=~"5.."`

/** Events per second. */
export function rate(by: string, selector: string, window: string = perPoint): string {
  return `${sum(by)} (rate(${selector}[${window}]))`
}

/** Events in the window. */
export function increase(by: string, selector: string, window: string = perRange): string {
  return `${sum(by)} (increase(${selector}[${window}]))`
}

/** A percentile of a histogram, in the unit of the histogram. */
export function quantile(share: number, by: string, selector: string, window: string = perPoint): string {
  return `histogram_quantile(${share}, ${rate(by === '' ? 'le' : `${by}, le`, selector, window)})`
}

/** How many of all events are of one kind. It is 0 where there is none of that kind, and nothing where there is no event. */
export function share(by: string, some: string, all: string, window: string = perPoint): string {
  const total = rate(by, all, window)
  return `(${rate(by, some, window)} or 0 * ${total}) / (${total} > 0)`
}

function sum(by: string): string {
  return by === '' ? 'sum' : `sum by (${by})`
}

export function max(by: string, selector: string): string {
  return `max by (${by}) (${selector})`
}
