/**
 * Where one begins: is all well, and from here to everything else in one click.
 */

import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { label, metric } from '../names.ts'
import type { Settings } from '../options.ts'
import { linesOf, ofServices } from '../selectors.ts'
import { dashboard } from './dashboard.ts'
import { graph } from './graph.ts'
import { failedRequests, firingAlerts, servicesUp } from './health.ts'
import { boardUrl, dataLink, exploreLines, exploreTraces, exploreUrl, labelOf, ownLink, uidOf } from './links.ts'
import { dashboardsTagged, text } from './navigation.ts'
import { rate } from './promql.ts'
import { series } from './queries.ts'

export function homeDashboard(settings: Settings): Dashboard {
  const service = dataLink('Service', boardUrl(settings, 'service', { service: labelOf(label.service) }))
  return dashboard(settings, {
    uid: uidOf(settings, 'home'),
    title: 'Home',
    description: 'Whether all is well, and the way to everything else.',
    sources: ['prometheus', 'loki', 'jaeger'],
    listed: false,
    links: exploreLinks(settings).map(({ title, url }) => ownLink(title, 'compass', url)),
    rows: [
      {
        title: 'Is all well?',
        panels: [
          servicesUp(settings, { width: 8 }),
          failedRequests(settings, { width: 8 }),
          firingAlerts(settings, { width: 8 }),
        ],
      },
      {
        title: 'Where to',
        panels: [
          dashboardsTagged({ title: 'Dashboards', tag: settings.name, width: 8, height: 9 }),
          text({ title: 'And further', markdown: linkList(settings), width: 8, height: 9 }),
          graph({
            title: 'Requests',
            description: 'What each service answers. A click on one leads to its dashboard.',
            width: 8,
            height: 9,
            unit: 'reqps',
            stacked: 'lines',
            queries: [series(rate(label.service, ofServices(settings, metric.requests)), '{{job}}')],
            links: [service],
          }),
        ],
      },
    ],
  })
}

/** Grafana's own pages, where one asks freely. */
function exploreLinks(settings: Settings) {
  const [first = ''] = settings.services
  return [
    { title: 'Explore metrics', url: exploreUrl('prometheus', { expr: ofServices(settings, metric.up), range: true }) },
    { title: 'Explore logs', url: exploreLines(linesOf(settings, settings.services.join('|'))) },
    { title: 'Explore traces', url: exploreTraces(first) },
  ]
}

function linkList(settings: Settings): string {
  const explore = exploreLinks(settings).map(({ title, url }) => `- [${title}](${url})`)
  const pages = settings.links.map(({ title, url }) => `- [${title}](${url})`)
  return [...explore, ...pages, `- [Runbook: what to do about an alert](${settings.runbookUrl})`].join('\n')
}
