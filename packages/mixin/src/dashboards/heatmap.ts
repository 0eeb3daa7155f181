/**
 * A distribution over time.
 */

import {
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  PanelBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap'
import { describePanel, type PanelOptions } from './panel.ts'
import type { buckets } from './queries.ts'

/** How many requests took how long, from the buckets of a histogram in seconds. */
export function heatmap(
  options: PanelOptions & { readonly queries: readonly ReturnType<typeof buckets>[] },
): PanelBuilder {
  return describePanel(new PanelBuilder(), options)
    .calculate(false)
    .color(
      new HeatmapColorOptionsBuilder()
        .mode(HeatmapColorMode.Scheme)
        .scheme('Blues')
        .exponent(0.5)
        .steps(64)
        .reverse(false),
    )
    .yAxis(new YAxisConfigBuilder().unit('s'))
    .showLegend()
}
