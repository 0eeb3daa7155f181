/**
 * What every panel has, whatever it draws: a title, a description that says what it means, a unit, a place of some width,
 * its queries with their letters, and the datasource of these.
 */

import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import {
  type DashboardLinkBuilder,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { datasource, type Source } from './datasources.ts'
import type { Query } from './queries.ts'

export interface PanelOptions {
  readonly title: string
  /** What it shows and what to make of it; for one that may be empty, when it is. */
  readonly description: string
  /** Of 24 columns. */
  readonly width: number
  readonly height?: number
  readonly source?: Source
  readonly queries: readonly Query[]
}

export interface MeasuredOptions extends PanelOptions {
  /** A unit of Grafana, such as `s`, `bytes`, `percentunit` or `reqps`. */
  readonly unit: string
  /** From this value on it is worth a look, and from that on it is bad; where less is worse, the first is above the second. */
  readonly limits?: readonly [worthALook: number, bad: number]
  readonly max?: number
  readonly links?: readonly DashboardLinkBuilder[]
}

/** The methods that the SDK's builders of all kinds of panels share. */
interface AnyPanel {
  title(title: string): this
  description(description: string): this
  datasource(ref: ReturnType<typeof datasource>): this
  span(width: number): this
  height(height: number): this
  targets(targets: Builder<Dataquery>[]): this
}

interface MeasuredPanel extends AnyPanel {
  unit(unit: string): this
  min(min: number): this
  max(max: number): this
  noValue(text: string): this
  thresholds(thresholds: ThresholdsConfigBuilder): this
  dataLinks(links: DashboardLinkBuilder[]): this
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

export function describePanel<P extends AnyPanel>(panel: P, options: PanelOptions): P {
  const { title, description, width, height = 8, source = 'prometheus', queries } = options
  return panel
    .title(title)
    .description(description)
    .datasource(datasource(source))
    .span(width)
    .height(height)
    .targets(queries.map((query, index) => query.refId(letters.charAt(index))))
}

export function measuredPanel<P extends MeasuredPanel>(panel: P, options: MeasuredOptions): P {
  const { unit, limits, max, links } = options
  describePanel(panel, options).unit(unit).thresholds(thresholds(limits))
  if (max !== undefined) panel.min(0).max(max)
  if (links) panel.dataLinks([...links])
  return panel
}

function thresholds(limits: MeasuredOptions['limits']): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(stepsOf(limits))
}

export function stepsOf(limits: MeasuredOptions['limits']): Threshold[] {
  if (!limits) return [{ color: 'green', value: null }]
  const [worthALook, bad] = limits
  if (worthALook > bad) {
    return [
      { color: 'red', value: null },
      { color: 'orange', value: bad },
      { color: 'green', value: worthALook },
    ]
  }
  return [
    { color: 'green', value: null },
    ...(worthALook < bad ? [{ color: 'orange', value: worthALook }] : []),
    { color: 'red', value: bad },
  ]
}
