/**
 * Figures that say at a glance whether all is well. Each leads to where one looks when it is not.
 */

import { label, metric } from '../names.ts'
import type { Settings } from '../options.ts'
import { ofRecorded, ofServices } from '../selectors.ts'
import { firing } from './alerts.ts'
import { figure } from './figures.ts'
import { boardUrl, dataLink } from './links.ts'
import { failedStatus, max, share } from './promql.ts'
import { series } from './queries.ts'

interface Place {
  readonly width: number
}

/** How many of the services answer; 0, too, is an answer. */
export function servicesUp(settings: Settings, place: Place) {
  const count = settings.services.length
  return figure({
    ...place,
    title: 'Services up',
    description: `Of ${count}. A service is up when one of its instances answers Prometheus.`,
    unit: 'none',
    limits: [count, count - 0.5],
    queries: [series(`sum(${max(label.service, ofServices(settings, metric.up))}) or vector(0)`, 'up')],
    links: [dataLink('Services overview', boardUrl(settings, 'overview'))],
  })
}

/** Share of the requests that failed. */
export function failedRequests(settings: Settings, place: Place) {
  const requests = (...matchers: string[]) => ofServices(settings, metric.requests, ...matchers)
  return figure({
    ...place,
    title: 'Failed',
    description: 'Share of the requests that were answered with a status of 500 or above.',
    unit: 'percentunit',
    limits: [0.001, 0.01],
    queries: [series(share('', requests(failedStatus), requests()), 'failed')],
    links: [dataLink('Services overview', boardUrl(settings, 'overview'))],
  })
}

/** How many alerts fire. */
export function firingAlerts(settings: Settings, place: Place) {
  return figure({
    ...place,
    title: 'Alerts',
    description: 'Alerts that fire. 0 is well.',
    unit: 'none',
    limits: [1, 1],
    queries: [series(`count(${ofRecorded(settings, metric.alerts, firing)}) or vector(0)`, 'firing')],
    links: [dataLink('Services overview', boardUrl(settings, 'overview'))],
  })
}
