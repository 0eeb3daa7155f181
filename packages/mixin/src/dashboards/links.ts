/**
 * Ways from one dashboard to the next, with the time range kept. `${...}` is filled in by Grafana.
 * https://grafana.com/docs/grafana/latest/panels-visualizations/configure-data-links/
 */

import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Link, Settings } from '../options.ts'
import { datasource, type Source, variableOf } from './datasources.ts'

/** Written by Grafana in the place of a name: `${name}`. */
export function filled(name: string): string {
  return `\${${name}}`
}

/** A label of the series that was clicked. */
export function labelOf(name: string): string {
  return filled(`__field.labels.${name}:percentencode`)
}

/** The value that was clicked. */
export const clicked = filled('__value.raw:percentencode')

export function uidOf({ name }: Pick<Settings, 'name'>, board: string): string {
  return `${name}-${board}`
}

/** Address of a dashboard of files.ts, by its name there, with some of its variables set. */
export function boardUrl(settings: Settings, board: string, variables: Readonly<Record<string, string>> = {}): string {
  const set = Object.entries(variables).map(([name, value]) => `var-${name}=${value}`)
  return `/d/${uidOf(settings, board)}?${[...set, filled('__url_time_range')].join('&')}`
}

export function dataLink(title: string, url: string): DashboardLinkBuilder {
  return new DashboardLinkBuilder(title).url(url)
}

/** Address of Explore with a query of one datasource. Grafana's variables stand in it as they are. */
export function exploreUrl(source: Source, query: Readonly<Record<string, unknown>>): string {
  const pane = {
    datasource: filled(variableOf(source)),
    queries: [{ refId: 'A', datasource: datasource(source), ...query }],
    range: { from: filled('__from'), to: filled('__to') },
  }
  // Parentheses would end a link in Markdown.
  const encoded = encodeURIComponent(JSON.stringify({ first: pane }))
    .replaceAll('(', '%28')
    .replaceAll(')', '%29')
  return `/explore?schemaVersion=1&panes=${encoded.replaceAll(/%24%7B(.*?)%7D/g, (_, name) => filled(decodeURIComponent(name)))}`
}

export function exploreTraces(service: string): string {
  return exploreUrl('jaeger', { queryType: 'search', service, limit: 50 })
}

export function exploreLines(expr: string): string {
  return exploreUrl('loki', { expr, queryType: 'range' })
}

/** Another page, in the row at the top. */
export function pageLink({ title, url }: Link): DashboardLinkBuilder {
  return new DashboardLinkBuilder(title).type(DashboardLinkType.Link).icon('external link').url(url).targetBlank(true)
}

/** A page of Grafana itself, in the row at the top. */
export function ownLink(title: string, icon: string, url: string): DashboardLinkBuilder {
  return new DashboardLinkBuilder(title).type(DashboardLinkType.Link).icon(icon).url(url)
}

/** All dashboards of this mixin, in a list at the top; what was chosen in this one is chosen in the next. */
export function boardList({ name }: Settings): DashboardLinkBuilder {
  return new DashboardLinkBuilder('Dashboards')
    .type(DashboardLinkType.Dashboards)
    .tags([name])
    .asDropdown(true)
    .includeVars(true)
    .keepTime(true)
}
