/**
 * Events, links and log lines of a span. An exception event is shown with its stack, since that is what one came for.
 */

import type { LogLine, SpanEvent, SpanLink } from '../../contract/contract.ts'
import { duration } from '../format/duration.ts'
import { counted } from '../format/number.ts'
import { AttributeList } from '../parts/attribute-list.tsx'
import { Body } from '../parts/body.tsx'
import { Exception, hasException, withoutException } from '../parts/exception.tsx'
import { Level } from '../parts/level.tsx'
import { href } from '../state/address.ts'

export function EventList({ events, start }: { events: readonly SpanEvent[]; start: number }) {
  if (events.length === 0) return null
  return (
    <details class="detail" open>
      <summary>
        Events <span class="faint">{events.length}</span>
      </summary>
      {events.map((event) => (
        <Event key={`${event.time} ${event.name}`} event={event} start={start} />
      ))}
    </details>
  )
}

function Event({ event, start }: { event: SpanEvent; start: number }) {
  const failed = hasException(event.attributes)
  return (
    <div class="event">
      <p>
        <span class="soft">{duration(event.time - start)}</span> {failed ? '' : event.name}
      </p>
      <Exception attributes={event.attributes} />
      <AttributeList title="Attributes" attributes={withoutException(event.attributes)} open={!failed} />
    </div>
  )
}

export function LogList({ lines, start }: { lines: readonly LogLine[]; start: number }) {
  if (lines.length === 0) return null
  return (
    <details class="detail" open>
      <summary>
        Logs <span class="faint">{counted(lines.length, 'line')}</span>
      </summary>
      <ul class="detail-logs">
        {lines.map((line) => (
          <li key={line.id}>
            <span class="soft">{duration(line.time - start)}</span> <Level level={line.level} />{' '}
            <span class="mono">
              <Body text={line.body} />
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}

export function LinkList({ links }: { links: readonly SpanLink[] }) {
  if (links.length === 0) return null
  return (
    <details class="detail" open>
      <summary>
        Links <span class="faint">{links.length}</span>
      </summary>
      {links.map(({ traceId, spanId, attributes }) => (
        <div key={`${traceId} ${spanId}`} class="event">
          <a href={href(`/trace/${traceId}`, { span: spanId })} class="mono">
            trace {traceId.slice(0, 8)}…, span {spanId}
          </a>
          <AttributeList title="Attributes" attributes={attributes} />
        </div>
      ))}
    </details>
  )
}
