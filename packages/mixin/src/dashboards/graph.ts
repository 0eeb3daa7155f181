/**
 * Values over time.
 */

import {
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import { type MeasuredOptions, measuredPanel } from './panel.ts'

export interface GraphOptions extends MeasuredOptions {
  /** One on top of the other, where their sum means something. */
  readonly stacked?: 'lines' | 'bars'
  /** Colours by a regular expression of the series' names. */
  readonly colors?: Readonly<Record<string, string>>
}

export function graph(options: GraphOptions): PanelBuilder {
  const { stacked, colors = {}, limits } = options
  const panel = measuredPanel(new PanelBuilder(), options)
    .min(0)
    .legend(legend())
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .showPoints(VisibilityMode.Never)
    .lineWidth(1)
    .fillOpacity(stacked ? 40 : 8)
  if (stacked) panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
  if (stacked === 'bars') panel.drawStyle(GraphDrawStyle.Bars).fillOpacity(80)
  if (limits) panel.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed))
  for (const [names, fixedColor] of Object.entries(colors)) {
    panel.overrideByRegexp(names, [{ id: 'color', value: { mode: 'fixed', fixedColor } }])
  }
  return panel
}

function legend(): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .showLegend(true)
    .calcs([])
}

/** Statuses of HTTP as people know them. */
export const statusColors = { '/^2/': 'green', '/^3/': 'blue', '/^4/': 'orange', '/^5/': 'red' } as const

export const levelColors = {
  '/^(trace|debug)$/': 'blue',
  '/^info$/': 'green',
  '/^warn$/': 'orange',
  '/^error$/': 'red',
  '/^(fatal|critical)$/': 'purple',
} as const
