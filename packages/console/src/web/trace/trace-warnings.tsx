/**
 * What is not quite as it was sent, or not all there: clocks that were set right, parents that never came, a trace that is too large.
 */

import { duration } from '../format/duration.ts'
import { counted } from '../format/number.ts'
import type { Model } from './model.ts'

export function TraceWarnings({ model: { trace, roots, byId } }: { model: Model }) {
  const { clocks } = trace
  const lost = roots.filter(({ span }) => span.parentId !== null && !byId.has(span.parentId)).length
  return (
    <>
      {clocks.length > 0 && (
        <p class="notice">
          {clocks
            .slice(0, NAMED)
            .map(({ service, offset }) => `The clock of ${service} is ${differs(offset)}. `)
            .join('')}
          {clocks.length > NAMED && `${counted(clocks.length - NAMED, 'other clock')} differ, too. `}
          Spans are shown where the calls to them say that they happened.
        </p>
      )}
      {lost > 0 && (
        <p class="notice">
          {counted(lost, 'span')} came without the parent that {lost === 1 ? 'it names' : 'they name'}: that span was
          not sent, not sampled, or is still on its way. The trace may be longer than what is seen here.
        </p>
      )}
      {trace.truncated && (
        <p class="notice">
          This trace is larger than what is sent at once: its first 50,000 spans and 5,000 lines are shown.
        </p>
      )}
    </>
  )
}

/** Clocks that are listed one by one. */
const NAMED = 4

function differs(offset: number): string {
  return `${duration(Math.abs(offset))} ${offset > 0 ? 'behind' : 'ahead'}`
}
