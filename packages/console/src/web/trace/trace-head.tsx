/**
 * What a trace is, in one line, and what one can do with it: share it, read its logs, compare it, search in it.
 */

import { useEffect, useState } from 'preact/hooks'
import { duration } from '../format/duration.ts'
import { counted } from '../format/number.ts'
import { exact } from '../format/time.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { ServiceName } from '../parts/service-name.tsx'
import { address, change, href, param } from '../state/address.ts'
import { field } from '../state/filter.ts'
import { fixedRange } from '../state/range.ts'
import type { Model } from './model.ts'

/** Logs around a trace are looked for this long before and after it. */
const AROUND = 60_000

export function TraceHead({ model }: { model: Model }) {
  const { trace, roots } = model
  const root = roots[0]?.span
  const failed = trace.spans.filter(({ status }) => status === 'error').length
  const withLogs = param('logs') !== 'off'
  const around = fixedRange(trace.start - AROUND, trace.start + trace.duration + AROUND)
  return (
    <header class="trace-head">
      <div class="trace-title">
        {root && <ServiceName name={root.service} />}
        <h1 class="cut">{root ? root.name || '(no name)' : 'Trace'}</h1>
        <b>{duration(trace.duration)}</b>
        {failed > 0 && <span class="tag bad">{counted(failed, 'error')}</span>}
      </div>
      <div class="bar">
        <span class="soft">
          {exact(trace.start)} · {counted(trace.spans.length, 'span')} · {counted(trace.logs.length, 'log line')} ·{' '}
          <code>{trace.traceId}</code>
        </span>
        <CopyButton label="Copy id" title="Copies the trace id" text={trace.traceId} />
        <span class="bar end">
          <Find />
          <button
            type="button"
            class="button small"
            aria-pressed={withLogs}
            onClick={() => change({ logs: withLogs ? 'off' : undefined }, 'replace')}
          >
            Logs in line
          </button>
          <a class="button small" href={href('/logs', { q: field('trace', trace.traceId), ...around })}>
            Logs
          </a>
          <a class="button small" href={href('/traces', { compare: trace.traceId, ...similar(model) })}>
            Compare
          </a>
          <a
            class="button small"
            href={`/api/export?id=${trace.traceId}`}
            download={`trace-${trace.traceId}.json`}
            title="The trace as OTLP/JSON; observe-console import FILE shows it in another console"
          >
            Download
          </a>
          <CopyButton
            label="Copy link"
            title="Copies a link to what is shown now, the chosen span included"
            text={`${location.origin}${address.value.path}?${shareable()}`}
          />
        </span>
      </div>
    </header>
  )
}

/** The search that finds traces of the same kind to compare with. */
function similar({ roots }: Model): { q?: string } {
  const span = roots[0]?.span
  if (!span) return {}
  const route = span.attributes['http.route']
  const same = typeof route === 'string' ? field('http.route', route) : field('name', span.name)
  return { q: `${field('service', span.service)} ${same}` }
}

/** A trace is found by its id alone, so the link leaves out the sharer's time range. */
function shareable(): string {
  const params = new URLSearchParams(address.value.params)
  for (const name of ['range', 'from', 'to', 'live']) params.delete(name)
  return params.toString()
}

function Find() {
  const find = param('find')
  const [text, setText] = useState(find)
  useEffect(() => setText(find), [find])
  return (
    <input
      class="field small-field"
      type="search"
      placeholder="Find in this trace"
      aria-label="Find in this trace"
      data-filter
      value={text}
      onInput={(event) => {
        setText(event.currentTarget.value)
        change({ find: event.currentTarget.value }, 'replace')
      }}
    />
  )
}
