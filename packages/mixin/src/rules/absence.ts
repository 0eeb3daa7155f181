/**
 * Absence: a service that no scrape reaches. There is one alert for each service by name, since an absent service has no series.
 */

import { label, metric } from '../names.ts'
import type { Settings } from '../options.ts'
import { ofServices } from '../selectors.ts'
import type { Alert, RuleSet } from './alert.ts'

export function absenceRules(settings: Settings): RuleSet {
  return {
    name: 'absence',
    about: 'Absence: a service, or an instance of it, that answers no scrape or restarts repeatedly.',
    recordings: [],
    alerts: [
      ...settings.services.map((service) => serviceAbsent(settings, service)),
      instanceDown(settings),
      serviceRestarting(settings),
    ],
  }
}

/** `absent` of a comparison has no labels, so one rule is for one service, and its text has the service's name written out. */
function serviceAbsent(settings: Settings, job: string): Alert {
  const scope = { ...settings, services: [job] }
  const others = settings.services.filter((other) => other !== job).map((other) => `up{job="${other}",instance="one"}`)
  const series = (first: string, second: string) => ({
    [`up{job="${job}",instance="one"}`]: first,
    [`up{job="${job}",instance="two"}`]: second,
    ...Object.fromEntries(others.map((other) => [other, '1+0x10'])),
  })
  const summary = `No instance of ${job} answers`
  const description = `No instance of ${job} has answered a scrape for a minute, or Prometheus has no target for it. Alertmanager holds back its other alerts.`
  const example = { job, step: '30s', at: '5m' }
  return {
    name: 'ServiceAbsent',
    severity: 'page',
    labels: { [label.service]: job },
    expr: `absent(${ofServices(scope, metric.up)} == 1)`,
    for: '1m',
    summary,
    description,
    fires: {
      ...example,
      when: 'one instance is down and the other has no target',
      series: series('1+0x3 0+0x10', '1+0x3 stale'),
      expected: { summary, description },
    },
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
    fires: {
      ...example,
      when: 'it has not answered for ten minutes',
      series: one('0+0x20'),
      expected: {
        labels: { instance: 'one' },
        summary: `An instance of ${job} is down`,
        description: `The instance one of ${job} has answered no scrape for five minutes.`,
      },
    },
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
    summary: '{{ $labels.job }} restarts repeatedly',
    description:
      'The process of {{ $labels.job }} on {{ $labels.instance }} restarted {{ $value }} times in 15 minutes. Read its last log lines before each start.',
    fires: {
      ...example,
      when: 'it restarted four times',
      series: age('1+60x2 1+60x2 1+60x2 1+60x2 1+60x3'),
      expected: {
        labels: { instance: 'one' },
        summary: `${job} restarts repeatedly`,
        description: `The process of ${job} on one restarted 4 times in 15 minutes. Read its last log lines before each start.`,
      },
    },
    quiet: { ...example, when: 'it was deployed once', series: age('1+60x7 1+60x7') },
  }
}
