/**
 * One log line whole: its text, every field with buttons that narrow the filter to it or rule it out, its process, and the
 * way to its trace.
 */

import type { Attributes, LogLine } from '../../contract/contract.ts'
import { exact } from '../format/time.ts'
import { AttributeList, ValueView } from '../parts/attribute-list.tsx'
import { Body } from '../parts/body.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { Exception } from '../parts/exception.tsx'
import { Level } from '../parts/level.tsx'
import { ServiceName } from '../parts/service-name.tsx'
import { change, href, param } from '../state/address.ts'
import { field, withTerm } from '../state/filter.ts'
import { fixedRange } from '../state/range.ts'
import '../parts/details.css'

/** What else the service wrote is shown for this long before and after the line. */
const AROUND = 5000

export function LineDetails({ line, close }: { line: LogLine; close: () => void }) {
  const { traceId, spanId } = line
  const around = fixedRange(line.time - AROUND, line.time + AROUND)
  return (
    <aside
      class="panel details"
      id="details"
      tabIndex={-1}
      aria-label="Log line"
      onKeyDown={(event) => {
        if (event.key === 'Escape') close()
      }}
    >
      <div class="panel-head">
        <Level level={line.level} />
        <ServiceName name={line.service} />
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
        <p class="soft">{exact(line.time)}</p>
        <pre class="log-body">
          <Body text={line.body} />
        </pre>
        <p class="bar">
          {traceId && (
            <a class="button small primary" href={href(`/trace/${traceId}`, spanId ? { span: spanId } : {})}>
              Open its trace
            </a>
          )}
          {traceId && (
            <button
              type="button"
              class="button small"
              onClick={() => change({ q: field('trace', traceId), line: line.id })}
            >
              Lines of this trace
            </button>
          )}
          <a class="button small" href={href('/logs', { q: field('service', line.service), ...around, line: line.id })}>
            Around it
          </a>
          <CopyButton label="Copy" text={line.body} />
        </p>
        {line.structured !== undefined && (
          <div class="mono">
            <ValueView value={line.structured} />
          </div>
        )}
        <Exception attributes={line.attributes} />
        <Fields attributes={line.attributes} />
        <AttributeList title="Process" attributes={line.resource} />
        {line.scope && <p class="faint">From {line.scope}</p>}
      </div>
    </aside>
  )
}

function Fields({ attributes }: { attributes: Attributes }) {
  const narrow = (name: string, value: string, negated: boolean) =>
    change({ q: withTerm(param('q'), name, value, negated) })
  return (
    <dl class="attributes">
      {Object.entries(attributes)
        .filter(([name]) => name !== 'exception.stacktrace')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <ValueView value={value} />
              {(typeof value !== 'object' || value === null) && (
                <span class="field-actions">
                  <button
                    type="button"
                    title="Only lines with this value"
                    aria-label={`Only lines with ${name} ${value}`}
                    onClick={() => narrow(name, String(value), false)}
                  >
                    =
                  </button>
                  <button
                    type="button"
                    title="No lines with this value"
                    aria-label={`No lines with ${name} ${value}`}
                    onClick={() => narrow(name, String(value), true)}
                  >
                    ≠
                  </button>
                </span>
              )}
            </dd>
          </div>
        ))}
    </dl>
  )
}
