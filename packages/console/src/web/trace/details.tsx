/**
 * Everything about the chosen span: what it was, why it failed, its attributes, events, links, log lines and process.
 */

import { duration } from '../format/duration.ts'
import { CLIENT_ERROR_IS } from '../lists/figure-columns.tsx'
import { AttributeList } from '../parts/attribute-list.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { ServiceName } from '../parts/service-name.tsx'
import { href } from '../state/address.ts'
import { field } from '../state/filter.ts'
import { fixedRange } from '../state/range.ts'
import { EventList, LinkList, LogList } from './detail-lists.tsx'
import type { Model, Node } from './model.ts'
import { SpanName } from './span-name.tsx'
import '../parts/details.css'

interface DetailsProps {
  model: Model
  node: Node
  close: () => void
}

/** Colours of tags and notices by status. */
const STATUS_CLASS: Record<string, string> = { error: 'bad', 'client-error': 'warn' }

/** Logs of a span are looked for this long before and after it. */
const AROUND = 5000

export function Details({ model, node, close }: DetailsProps) {
  const { span } = node
  const critical = node.critical.reduce((sum, { start, end }) => sum + end - start, 0)
  const waiting = node.gaps.reduce((sum, { start, end }) => sum + end - start, 0)
  return (
    <aside
      class="panel details"
      id="details"
      tabIndex={-1}
      aria-label="Span"
      onKeyDown={(event) => {
        if (event.key === 'Escape') close()
      }}
    >
      <div class="panel-head">
        <h2 class="details-name">
          <SpanName name={span.name} />
        </h2>
        <button
          type="button"
          class="button quiet small end"
          onClick={close}
          aria-label="Close the details"
          title="Close (Esc)"
        >
          ✕
        </button>
      </div>
      <div class="details-body">
        <p class="bar">
          <ServiceName name={span.service} />
          <span class="tag">{span.kind}</span>
          {span.status !== 'unset' && (
            <span
              class={`tag ${STATUS_CLASS[span.status] ?? ''}`}
              title={span.status === 'client-error' ? CLIENT_ERROR_IS : undefined}
            >
              {span.status}
            </span>
          )}
        </p>
        {span.statusMessage && <p class={`notice ${STATUS_CLASS[span.status] ?? ''}`}>{span.statusMessage}</p>}
        <dl class="details-times">
          <Time name="Duration" value={duration(span.duration)} />
          <Time name="Starts at" value={duration(span.start - model.trace.start)} />
          <Time name="Critical path" value={critical > 0 ? duration(critical) : 'not on it'} />
          {waiting > 0 && <Time name="Unexplained" value={duration(waiting)} />}
        </dl>
        <Actions node={node} traceId={model.trace.traceId} />
        <EventList events={span.events} start={model.trace.start} />
        <LogList lines={node.logs} start={model.trace.start} />
        <AttributeList title="Attributes" attributes={span.attributes} open searchable />
        <LinkList links={span.links} />
        <AttributeList title="Process" attributes={span.resource} />
        <p class="faint">
          Span <code>{span.spanId}</code> <CopyButton label="Copy id" title="Copies the span id" text={span.spanId} />
          {span.scope && ` from ${span.scope}`}
        </p>
        <Dropped node={node} />
      </div>
    </aside>
  )
}

function Time({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt class="soft">{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function Actions({ node: { span }, traceId }: { node: Node; traceId: string }) {
  const around = fixedRange(span.start - AROUND, span.start + span.duration + AROUND)
  const route = routeOf(span.attributes)
  const served = span.kind === 'server' || span.kind === 'consumer'
  return (
    <p class="bar">
      <a
        class="button small"
        href={href('/logs', { q: `${field('trace', traceId)} ${field('span', span.spanId)}`, ...around })}
      >
        Logs of this span
      </a>
      {served && (
        <a class="button small" href={href('/routes', { service: span.service, ...(route ? { route } : {}) })}>
          Route’s charts
        </a>
      )}
      <a
        class="button small"
        href={href('/traces', { q: `${field('service', span.service)} ${field('name', span.name)}` })}
      >
        Spans like this
      </a>
    </p>
  )
}

/** As the console names routes: method and template. */
function routeOf(attributes: Node['span']['attributes']): string | null {
  const { 'http.route': route, 'http.request.method': method } = attributes
  return typeof route === 'string' && typeof method === 'string' ? `${method} ${route}` : null
}

function Dropped({ node: { span } }: { node: Node }) {
  const { attributes, events, links } = span.dropped
  if (attributes + events + links === 0) return null
  return (
    <p class="notice">
      The sender dropped {attributes} attributes, {events} events and {links} links of this span.
    </p>
  )
}
