/**
 * Absence: a service that says nothing. The alert names each service, since what is away has no series to be found by.
 */

import { label, metric } from '../names.ts'
import type { Settings } from '../options.ts'
import { ofServices } from '../selectors.ts'
import type { Alert, RuleSet } from './alert.ts'

export function absenceRules(settings: Settings): RuleSet {
  return {
    name: 'absence',
    about: 'Absence: a service, or an instance of it, that answers no scrape or starts again and again.',
    recordings: [],
    alerts: [
      ...settings.services.map((service) => serviceAbsent(settings, service)),
      instanceDown(settings),
      serviceRestarting(settings),
    ],
  }
}

/** `absent` gives nothing but the labels of its selector, so one rule names one service. */
function serviceAbsent(settings: Settings, job: string): Alert {
  const scope = { ...settings, services: [job] }
  const series = (first: string, second: string) => ({
    [`up{job="${job}",instance="one"}`]: first,
    [`up{job="${job}",instance="two"}`]: second,
  })
  const example = { job, step: '30s', at: '5m' }
  return {
    name: 'ServiceAbsent',
    severity: 'page',
    labels: { [label.service]: job },
    expr: `absent(${ofServices(scope, metric.up)} == 1)`,
    for: '1m',
    summary: '{{ $labels.job }} is away',
    description:
      'No instance of {{ $labels.job }} has answered a scrape for a minute, or Prometheus knows of none. Other alerts about it are held back.',
    fires: { ...example, when: 'its instances went down or away', series: series('1+0x3 0+0x10', '1+0x3 stale') },
    quiet: { ...example, when: 'one instance is still up', series: series('0+0x10', '1+0x10') },
  }
}

function instanceDown(settings: Settings): Alert {
  const [job = ''] = settings.services
  const one = (values: string) => ({ [`up{job="${job}",instance="one"}`]: values })
  const example = { job, step: '30s', at: '10m' }
  return {
    name: 'InstanceDown',
    severity: 'ticket',
    expr: `${ofServices(settings, metric.up)} == 0`,
    for: '5m',
    summary: 'An instance of {{ $labels.job }} is down',
    description: 'The instance {{ $labels.instance }} of {{ $labels.job }} has answered no scrape for five minutes.',
    fires: { ...example, when: 'it has not answered for ten minutes', series: one('0+0x20') },
    quiet: { ...example, when: 'it came back after four', series: one('0+0x8 1+0x12') },
  }
}

function serviceRestarting(settings: Settings): Alert {
  const [job = ''] = settings.services
  const age = (values: string) => ({ [`${metric.uptime}{job="${job}",instance="one"}`]: values })
  const example = { job, step: '1m', at: '15m' }
  return {
    name: 'ServiceRestarting',
    severity: 'ticket',
    expr: `resets(${ofServices(settings, metric.uptime)}[15m]) > 2`,
    summary: '{{ $labels.job }} starts again and again',
    description:
      'The process of {{ $labels.job }} on {{ $labels.instance }} ended and started {{ $value }} times in a quarter of an hour. Its last log lines before each start say why.',
    fires: { ...example, when: 'it started four times', series: age('1+60x2 1+60x2 1+60x2 1+60x2 1+60x3') },
    quiet: { ...example, when: 'it was deployed once', series: age('1+60x7 1+60x7') },
  }
}
