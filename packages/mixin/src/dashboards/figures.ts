/**
 * Single figures: one value, or one bar for each of several.
 */

import { PanelBuilder as BarGaugeBuilder } from '@grafana/grafana-foundation-sdk/bargauge'
import {
  BarGaugeDisplayMode,
  BarGaugeNamePlacement,
  BigValueColorMode,
  BigValueGraphMode,
  ReduceDataOptionsBuilder,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common'
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { type MeasuredOptions, measuredPanel } from './panel.ts'

/** The newest value, in the colour of its threshold, over a line of how it came about. */
export function figure(options: MeasuredOptions): StatBuilder {
  return measuredPanel(new StatBuilder(), { height: 4, ...options })
    .graphMode(BigValueGraphMode.Area)
    .colorMode(options.limits ? BigValueColorMode.Value : BigValueColorMode.None)
    .reduceOptions(newest())
}

export function bars(options: MeasuredOptions): BarGaugeBuilder {
  return measuredPanel(new BarGaugeBuilder(), options)
    .displayMode(BarGaugeDisplayMode.Basic)
    .orientation(VizOrientation.Horizontal)
    .namePlacement(BarGaugeNamePlacement.Left)
    .showUnfilled(true)
    .reduceOptions(newest())
}

function newest(): ReduceDataOptionsBuilder {
  return new ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('').values(false)
}
