/**
 * `pnpm bench overhead --pieces`: what each piece of a request's observation costs by itself, in a loop over the library's own
 * source. A loop has warm caches and no other code around it, so these are lower bounds; the cost of a request is
 * measured by the other runs.
 */
import { SpanKind, TraceFlags } from '@opentelemetry/api'
import Table from 'cli-table3'
import { do_not_optimize, measure } from 'mitata'
import { pino } from 'pino'
import { RequestLog } from '../../../packages/observe/src/logs/request-log.ts'
import { ProtobufWriter } from '../../../packages/observe/src/otlp/protobuf.ts'
import { Batch } from '../../../packages/observe/src/otlp/record-batch.ts'
import { writeSpan } from '../../../packages/observe/src/otlp/spans.ts'
import type { Arrival } from '../../../packages/observe/src/server/arrival.ts'
import { inboundOf } from '../../../packages/observe/src/server/inbound.ts'
import { type OutcomeKey, Outcomes } from '../../../packages/observe/src/server/outcomes.ts'
import { ObserveInstance } from '../../../packages/observe/src/service/observe-instance.ts'
import { monotonicMs } from '../../../packages/observe/src/time/clock.ts'
import type { EncodableSpan } from '../../../packages/observe/src/traces/encodable-span.ts'
import { ExchangeSpan } from '../../../packages/observe/src/traces/exchange-span.ts'
import { randomSpanId, randomTraceId } from '../../../packages/observe/src/traces/ids.ts'

/** Spans in a batch, as the library's default is. */
const BATCH = 512
/** Few enough that `take` copies them into Node's pool. */
const TAKEN_BYTES = 3000
const PATH = '/users/42'
const AGENT = 'bench/1.0'

const ok: OutcomeKey = {
  method: 'GET',
  scheme: 'http',
  protocolVersion: '1.1',
  route: '/users/:id',
  status: 200,
  errorType: undefined,
}
const notFound: OutcomeKey = { ...ok, status: 404 }
const noDestination = { write: () => undefined }

const pieces: [name: string, piece: () => () => unknown][] = [
  ['ids of a trace and a span', ids],
  ['outcome, the same as the last of its route', sameOutcome],
  ['outcome, another than the last of its route', otherOutcome],
  ['log line', logLine],
  ['span encoded', encodedSpan],
  ['exchange from begin to end: ids, metrics, line and span', exchange],
]

/** A table of nanoseconds for each piece. */
export async function measurePieces(): Promise<string> {
  const table = new Table({ head: ['', 'ns a request', 'middle half'], colAligns: ['left', 'right', 'right'] })
  for (const [name, piece] of pieces) {
    // Without `--expose-gc` mitata makes the collector run by asking for a gigabyte.
    const { p25, p50, p75 } = await measure(piece(), { gc: false })
    table.push([name, p50.toFixed(0), `${p25.toFixed(0)} to ${p75.toFixed(0)}`])
  }
  return `${table.toString()}\n`
}

function ids(): () => void {
  return () => {
    do_not_optimize(randomTraceId())
    do_not_optimize(randomSpanId())
  }
}

function sameOutcome(): () => void {
  const outcomes = new Outcomes(undefined, 100)
  return () => do_not_optimize(outcomes.of(ok))
}

function otherOutcome(): () => void {
  const outcomes = new Outcomes(undefined, 100)
  let turn = false
  return () => {
    turn = !turn
    do_not_optimize(outcomes.of(turn ? ok : notFound))
  }
}

function logLine(): () => void {
  const log = new RequestLog(pino(noDestination), do_not_optimize, [])
  const outcome = new Outcomes(undefined, 100).of(ok)
  const { method, route } = ok
  const context = newContext()
  let durationMs = 0
  return () => {
    durationMs = (durationMs + 0.123) % 10
    log.write(
      { method, route, path: PATH, status: 200, durationMs, aborted: false, error: undefined },
      context,
      outcome.line,
    )
  }
}

function encodedSpan(): () => void {
  const span = new ExchangeSpan('GET', SpanKind.SERVER, newContext(), undefined, monotonicMs(), PATH, AGENT)
  span.finish(new Outcomes(undefined, 100).of(ok).span, monotonicMs())
  const writer = new ProtobufWriter()
  return () => {
    writeSpan(writer, span)
    // A whole batch taken again and again would time how the system gives memory that no collection has freed yet.
    if (writer.length > TAKEN_BYTES) do_not_optimize(writer.take())
  }
}

/** With all signals as `observe({ service })` has them; what it gives is encoded and thrown away, since a loop lets nothing be sent. */
function exchange(): () => void {
  const obs = new ObserveInstance(
    { service: 'bench', admin: false, log: { destination: noDestination } },
    { sink: encoder() },
  )
  const inbound = inboundOf(obs)
  return () => {
    const begun = inbound.begin(arrival)
    begun?.route('/users/:id')
    begun?.end(200)
  }
}

const arrival: Arrival = {
  method: 'GET',
  path: PATH,
  scheme: 'http',
  protocolVersion: '1.1',
  header: (name) => (name === 'user-agent' ? AGENT : undefined),
}

function encoder(): (span: EncodableSpan) => void {
  const batch = new Batch({ 'service.name': 'bench' })
  return (span) => {
    batch.addSpan(span)
    if (batch.count === BATCH) do_not_optimize(batch.take())
  }
}

function newContext() {
  return { traceId: randomTraceId(), spanId: randomSpanId(), traceFlags: TraceFlags.SAMPLED }
}
