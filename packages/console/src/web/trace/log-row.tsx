/**
 * A log line among the spans, under the span that wrote it, with its moment on the time axis.
 */

import { duration } from '../format/duration.ts'
import { plainText } from '../parts/ansi.ts'
import { Body } from '../parts/body.tsx'
import { FieldPreview } from '../parts/field-preview.tsx'
import { Level } from '../parts/level.tsx'
import type { Model } from './model.ts'
import type { Row } from './rows.ts'
import { percentAt, type Window } from './window.ts'

interface LogRowProps {
  row: Extract<Row, { kind: 'log' }>
  model: Model
  window: Window
}

export function LogRow({ row: { line, depth }, model, window }: LogRowProps) {
  const at = line.time - model.trace.start
  return (
    <div class="span-row log-in-line">
      <div class="span-name" style={{ paddingLeft: `${22 + Math.min(depth, 20) * 13}px` }}>
        <Level level={line.level} />
        <span class="cut mono" title={plainText(line.body)}>
          <Body text={line.body} />
          <FieldPreview attributes={line.attributes} />
        </span>
      </div>
      <div class="span-time">
        <i
          class={`span-log ${line.level}`}
          style={{ left: `${percentAt(window, at)}%` }}
          title={`At ${duration(at)}`}
        />
      </div>
    </div>
  )
}
