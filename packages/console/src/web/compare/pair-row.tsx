/**
 * A span of both traces, or of one: its two durations, and how far they are apart against the largest difference there is.
 */

import { duration } from '../format/duration.ts'
import { href } from '../state/address.ts'
import { serviceClass } from '../state/palette.ts'
import type { Pair } from './align.ts'

interface PairRowProps {
  pair: Pair
  most: number
  /** Sorted by size rather than as a tree, so without indent. */
  flat: boolean
  a: string
  b: string
}

export function PairRow({ pair, most, flat, a, b }: PairRowProps) {
  const span = pair.a ?? pair.b
  if (!span) return null
  const share = (Math.abs(pair.difference) / most) * 50
  const slower = pair.difference > 0
  const alone = missing(pair)
  return (
    <div class={`compare-row ${serviceClass(span.service)}`}>
      <span class="compare-name" style={{ paddingLeft: `${flat ? 0 : Math.min(pair.depth, 20) * 13}px` }}>
        <i class="dot" />
        <b class="cut">{span.service}</b>
        <span class="cut" title={span.name}>
          {span.name}
        </span>
        {alone && <span class="tag">{alone}</span>}
      </span>
      <Side of={pair.a} trace={a} />
      <Side of={pair.b} trace={b} />
      <span class={slower ? 'number compare-slower' : 'number compare-faster'}>
        {pair.difference === 0 ? '=' : `${slower ? '+' : '−'}${duration(Math.abs(pair.difference))}`}
      </span>
      <span class="compare-bar" aria-hidden="true">
        <i
          class={slower ? 'slower' : 'faster'}
          style={{ width: `${share}%`, ...(slower ? { left: '50%' } : { right: '50%' }) }}
        />
      </span>
    </div>
  )
}

function Side({ of, trace }: { of: Pair['a']; trace: string }) {
  if (!of) return <span class="number faint">-</span>
  return (
    <a class="number" href={href(`/trace/${trace}`, { span: of.spanId })} tabIndex={-1}>
      {of.status === 'error' && <span class="bad">failed </span>}
      {duration(of.duration)}
    </a>
  )
}

function missing({ a, b }: Pair): string {
  if (a && b) return ''
  return a ? 'only in A' : 'only in B'
}
