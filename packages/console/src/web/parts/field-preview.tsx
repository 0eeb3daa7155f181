/**
 * The first fields of a log line behind its text, since many lines say the same and differ only there: `request completed`.
 */

import type { Attributes } from '../../contract/contract.ts'

/** Fields and letters of each that are worth a glance; the rest is in the details. */
const MOST = 8
const LONGEST = 60

export function FieldPreview({ attributes }: { attributes: Attributes }) {
  const fields = Object.entries(attributes)
    .filter(([name, value]) => (value === null || typeof value !== 'object') && name !== 'exception.stacktrace')
    .slice(0, MOST)
  return (
    <>
      {fields.map(([name, value]) => (
        <span key={name} class="field-preview">
          <span class="faint">{name}=</span>
          {String(value).slice(0, LONGEST)}
        </span>
      ))}
    </>
  )
}
