/**
 * While one trace is set aside for a comparison: says so, and asks for the other one.
 */

import { change, href, param } from '../state/address.ts'

export function CompareBar() {
  const first = param('compare')
  if (!first) return null
  return (
    <p class="notice bar" role="status">
      <span>
        Comparing <a href={href(`/trace/${first}`)}>trace {first.slice(0, 8)}</a>: choose the other one with its Compare
        button.
      </span>
      <button type="button" class="button small end" onClick={() => change({ compare: undefined }, 'replace')}>
        Stop
      </button>
    </p>
  )
}
