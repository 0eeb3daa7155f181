/**
 * What services run short of, each by its worst instance: time of the one thread, heap, CPU, connections.
 */

import { label, metric } from '../names.ts'
import type { Settings } from '../options.ts'
import { ofServices } from '../selectors.ts'
import type { Row } from './dashboard.ts'
import { graph } from './graph.ts'
import { boardUrl, dataLink, labelOf } from './links.ts'
import { max, rate } from './promql.ts'
import { series } from './queries.ts'

export function saturationRow(settings: Settings): Row {
  const by = label.service
  const link = dataLink('Node.js runtime', boardUrl(settings, 'runtime', { service: labelOf(by) }))
  const of = (name: string) => ofServices(settings, name)
  const perInstance = `${label.service}, ${label.instance}`
  const heap = `sum by (${perInstance}) (${of(metric.heapUsed)}) / ${max(perInstance, of(metric.heapLimit))}`
  const pools = `${label.service}, ${label.instance}, ${label.poolName}`
  const used = `sum by (${pools}) (${ofServices(settings, metric.pool, `${label.poolState}="used"`)})`
  return {
    title: 'Saturation',
    panels: [
      graph({
        title: 'Event loop',
        description: 'Share of the time that the thread of JavaScript was busy; the busiest instance of each service.',
        width: 6,
        unit: 'percentunit',
        limits: [0.8, 0.9],
        max: 1,
        queries: [series(max(by, of(metric.loopUtilization)), '{{job}}')],
        links: [link],
      }),
      graph({
        title: 'Heap',
        description:
          'Share of the heap that is in use; the fullest instance of each service. At 100 % the process dies.',
        width: 6,
        unit: 'percentunit',
        limits: [0.8, 0.9],
        max: 1,
        queries: [series(`max by (${by}) (${heap})`, '{{job}}')],
        links: [link],
      }),
      graph({
        title: 'CPU',
        description: 'CPU time of all threads per second; 100 % is one core.',
        width: 6,
        unit: 'percentunit',
        queries: [series(rate(by, of(metric.cpu)), '{{job}}')],
        links: [link],
      }),
      graph({
        title: 'Connection pools',
        description:
          'Share of the connections that are handed out, of the fullest pool of each service. At 100 % queries wait. Only services with a pool of `pg` are here.',
        width: 6,
        unit: 'percentunit',
        limits: [0.8, 0.95],
        max: 1,
        queries: [series(`max by (${by}) (${used} / ${max(pools, of(metric.poolMax))})`, '{{job}}')],
        links: [serviceLink(settings, labelOf(by))],
      }),
    ],
  }
}

export function serviceLink(settings: Settings, service: string) {
  return dataLink('Service', boardUrl(settings, 'service', { service }))
}
