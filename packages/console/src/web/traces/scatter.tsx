/**
 * The listed traces over time by their duration: what is slow or failing stands out at once, and each dot is a link.
 */

import { useMemo } from 'preact/hooks'
import type { TraceSummary } from '../../contract/contract.ts'
import { TimeChart } from '../charts/time-chart.tsx'
import { milliseconds } from '../format/axis.ts'
import { duration } from '../format/duration.ts'
import { clock } from '../format/time.ts'
import { bounds } from '../state/range.ts'
import { traceLink } from './trace-link.ts'

/** More dots than this say nothing more and cost time to draw. */
const MOST = 400

interface ScatterProps {
  traces: readonly TraceSummary[]
  /** False where older traces of the time range are not loaded: the chart then begins with the oldest that is. */
  whole: boolean
}

export function Scatter({ traces, whole }: ScatterProps) {
  const data = useMemo(() => {
    const { from: begin, to } = bounds()
    const from = whole ? begin : Math.min(...traces.map(({ start }) => start))
    const dots = traces.slice(0, MOST).map((trace) => ({
      time: trace.start,
      value: trace.duration,
      bad: trace.errors > 0,
      href: traceLink(trace),
      label: `${trace.service} ${trace.name} at ${clock(trace.start)}, ${duration(trace.duration)}`,
    }))
    return { times: [from], step: to - from, series: [], dots }
  }, [traces, whole])
  return (
    <section class="panel" aria-label="Duration over time">
      <TimeChart title="Duration over time" data={data} write={duration} axis={milliseconds} height={130} />
    </section>
  )
}
