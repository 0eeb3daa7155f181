/**
 * Attributes by name, shown as text whatever they hold. Each can be searched for.
 */

import type { Attributes, Value } from '../../contract/contract.ts'
import { counted, whole } from '../format/number.ts'
import { href } from '../state/address.ts'
import { field } from '../state/filter.ts'

interface AttributeListProps {
  title: string
  attributes: Attributes
  open?: boolean
  /** Gives every simple value a link to the traces that have it. */
  searchable?: boolean
}

export function AttributeList({ title, attributes, open = false, searchable = false }: AttributeListProps) {
  const entries = Object.entries(attributes).toSorted(([a], [b]) => a.localeCompare(b))
  if (entries.length === 0) return null
  return (
    <details class="detail" open={open}>
      <summary>
        {title} <span class="faint">{counted(entries.length, 'attribute')}</span>
      </summary>
      <dl class="attributes">
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <ValueView value={value} />
              {searchable && isSimple(value) && (
                <a
                  class="attribute-search"
                  href={href('/traces', { q: field(name, String(value)) })}
                  title="Traces with this value"
                  aria-label={`Traces with ${name} ${value}`}
                >
                  ⌕
                </a>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

export function ValueView({ value }: { value: Value }) {
  if (typeof value === 'string' && value.length > LONG) return <Long text={value} />
  if (isSimple(value)) return <span>{String(value)}</span>
  return <pre>{JSON.stringify(value, null, 2)}</pre>
}

/** Letters that are shown at once; some senders put whole documents into an attribute. */
const LONG = 2000

function Long({ text }: { text: string }) {
  return (
    <>
      {text.slice(0, LONG)}…
      <details>
        <summary>the other {whole(text.length - LONG)} characters</summary>
        {text.slice(LONG)}
      </details>
    </>
  )
}

function isSimple(value: Value): value is string | number | boolean | null {
  return value === null || typeof value !== 'object'
}
