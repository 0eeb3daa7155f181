/**
 * The screen behind "How to send data": the lines to copy, and what the console holds and refused so far.
 */

import { useQuery } from '../api/use-query.ts'
import { duration } from '../format/duration.ts'
import { whole } from '../format/number.ts'
import { exact } from '../format/time.ts'
import { onDisk } from '../format/unit.ts'
import { ErrorNotice } from '../parts/error-notice.tsx'
import { useTitle } from '../parts/title.ts'
import { HowToSend } from './how-to-send.tsx'

export function Setup() {
  useTitle('Send data')
  const { data, error } = useQuery('/api/status', {}, { timeless: true })
  return (
    <div class="page narrow">
      <h1>Send data here</h1>
      <ErrorNotice error={error} />
      <HowToSend />
      {data && (
        <section class="panel" aria-label="What is stored">
          <div class="panel-head">
            <h2>Stored</h2>
            <span class="faint end">version {data.version}</span>
          </div>
          <dl class="facts">
            <Fact name="Spans">{whole(data.stored.spans)}</Fact>
            <Fact name="Log lines">{whole(data.stored.logs)}</Fact>
            <Fact name="Metric points">{whole(data.stored.points)}</Fact>
            <Fact name="On disk">{`${onDisk(data.stored.bytes)} of at most ${onDisk(data.retention.maxBytes)}`}</Fact>
            <Fact name="Kept for">{duration(data.retention.maxAge)}</Fact>
            <Fact name="Oldest">{data.stored.oldest === null ? '-' : exact(data.stored.oldest)}</Fact>
            {data.refused.map(({ reason, count }) => (
              <Fact key={reason} name="Refused">
                <span class="bad">{`${whole(count)} × ${reason}`}</span>
              </Fact>
            ))}
          </dl>
        </section>
      )}
    </div>
  )
}

function Fact({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
