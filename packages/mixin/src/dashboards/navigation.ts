/**
 * Panels that show no data, but lead to where it is.
 */

import { PanelBuilder as ListBuilder } from '@grafana/grafana-foundation-sdk/dashboardlist'
import { PanelBuilder as TextBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text'

interface Place {
  readonly title: string
  readonly width: number
  readonly height: number
}

export function text({ title, markdown, width, height }: Place & { readonly markdown: string }): TextBuilder {
  return new TextBuilder().title(title).mode(TextMode.Markdown).content(markdown).span(width).height(height)
}

/** Every dashboard that has a tag. */
export function dashboardsTagged({ title, tag, width, height }: Place & { readonly tag: string }): ListBuilder {
  return new ListBuilder()
    .title(title)
    .tags([tag])
    .showSearch(true)
    .showStarred(false)
    .showHeadings(false)
    .keepTime(true)
    .maxItems(50)
    .span(width)
    .height(height)
}
