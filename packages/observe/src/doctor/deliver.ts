/**
 * Sends one span, one log line and one metric for real: made, encoded and posted by the code that does it in a service.
 */
import { trace } from '@opentelemetry/api'
import { activeContext } from '../context/context.ts'
import { createLog } from '../logs/logs.ts'
import { Metrics } from '../metrics/metrics.ts'
import { MetricBatch } from '../otlp/metric-batch.ts'
import { post } from '../otlp/otlp-http.ts'
import { Batch } from '../otlp/record-batch.ts'
import type { Settings } from '../settings/options.ts'
import { type Endpoint, shownUrl } from '../settings/otlp-settings.ts'
import { Traces } from '../traces/traces.ts'
import { runInSpan } from '../traces/user-spans.ts'
import { explain, reach } from './connection.ts'
import { type CheckResult, note, ok, problem, type Section } from './results.ts'

const NAME = 'observe doctor'

interface Parcel {
  what: string
  endpoint: Endpoint
  body: Buffer
}

/** Tries the endpoint of each signal that goes out by OTLP. */
export async function deliver(settings: Settings): Promise<Section> {
  const parcels = await pack(settings)
  const results: CheckResult[] = []
  const origins = new Map(parcels.map(({ endpoint }) => [new URL(endpoint.url).origin, endpoint]))
  for (const { url, timeoutMs } of origins.values()) results.push(await reach(new URL(url), timeoutMs))
  if (results.every(({ level }) => level === 'ok')) results.push(...(await Promise.all(parcels.map(send))))
  return { title: 'Delivery by OTLP', results: [...results, ...keptHere(settings)] }
}

async function pack(settings: Settings): Promise<Parcel[]> {
  const { traces, metrics, logDelivery } = settings
  const { resource } = settings
  const spans = new Batch(settings.resource)
  const lines = new Batch(settings.resource)
  const log = createLog({
    ...settings,
    level: 'info',
    redact: [],
    destination: { write: () => undefined },
    active: activeContext,
    tap: (line) => lines.addLine(line),
  })
  const tracer = new Traces({
    sampling: { ratio: 1, parentBased: false },
    provider: undefined,
    sink: (span) => spans.addSpan(span),
  })
  const traceId = runInSpan(tracer, NAME, {}, () => {
    log.logger.info(`a test line of ${NAME}`)
    return trace.getSpanContext(activeContext())?.traceId
  })
  const parcels: Parcel[] = []
  if (traces?.delivery) {
    parcels.push({ what: `span (trace ${traceId})`, endpoint: traces.delivery.endpoint, body: spans.take() })
  }
  if (logDelivery) parcels.push({ what: 'log line', endpoint: logDelivery.endpoint, body: lines.take() })
  if (metrics?.push) {
    const measured = new Metrics({ resource, maxSeries: 1, buckets: metrics.buckets })
    measured.counter('observe.doctor', { description: `Runs of ${NAME}.`, unit: '{run}' }).add()
    const batch = new MetricBatch()
    batch.add(await measured.read('doctor'))
    parcels.push({ what: 'metric', endpoint: metrics.push.endpoint, body: batch.take() })
  }
  return parcels
}

async function send({ what, endpoint, body }: Parcel): Promise<CheckResult> {
  const outcome = await held(post(endpoint, body))
  if (outcome.kind === 'accepted') {
    if (outcome.rejected === 0) return ok(`a test ${what} was accepted by ${shownUrl(endpoint)}`)
    return problem(
      `${shownUrl(endpoint)} answered with partial success: it rejected the test ${what}: ${outcome.reason || 'no reason given'}`,
      'The reason is the one that the backend gave: look at its limits and its log.',
    )
  }
  const text = `${shownUrl(endpoint)} did not accept a test ${what}: ${outcome.reason}`
  if (outcome.kind === 'refused') return problem(text, remedyFor(outcome.status))
  if (outcome.error === undefined) return problem(text, 'The backend is overloaded or starting: try again later.')
  const [explained, remedy] = explain(outcome.error, new URL(endpoint.url))
  return problem(`a test ${what} was not accepted: ${explained}`, remedy)
}

/** A delivery's post does not keep the process alive; this timer does, while an answer is awaited. */
function held<T>(work: Promise<T>): Promise<T> {
  const timer = setInterval(() => undefined, 1000)
  return work.finally(() => clearInterval(timer))
}

function remedyFor(status: number): string {
  if (status === 401 || status === 403) {
    return 'Put the token into OTEL_EXPORTER_OTLP_HEADERS, such as "authorization=Bearer%20TOKEN" (values are percent-encoded).'
  }
  if (status === 404 || status === 405) {
    return 'Nothing takes OTLP at this path. OTEL_EXPORTER_OTLP_ENDPOINT gets /v1/traces (logs, metrics) appended; the variable of a signal (OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) is taken as it is. A backend that takes traces alone needs one for each.'
  }
  if (status === 413) return 'Set a smaller OTEL_BSP_MAX_EXPORT_BATCH_SIZE, or a larger limit in the backend.'
  if (status === 415)
    return 'The backend does not take protobuf, which is all that is sent: use an OpenTelemetry Collector.'
  return 'Look at the log of what answered; the address may be that of something else.'
}

/** What needs no endpoint. */
function keptHere({ traces, metrics, logDelivery }: Settings): CheckResult[] {
  const results: CheckResult[] = []
  if (traces?.delivery === undefined)
    results.push(note('spans are not sent (OTEL_TRACES_EXPORTER=none or OTEL_SDK_DISABLED)'))
  if (logDelivery === undefined) {
    results.push(note('log lines go to standard output alone; OTEL_LOGS_EXPORTER=otlp sends them as well'))
  }
  if (metrics === undefined) results.push(note('metrics are off (OTEL_METRICS_EXPORTER=none or OTEL_SDK_DISABLED)'))
  else if (metrics.push === undefined) {
    results.push(note('metrics are scraped from /metrics; OTEL_METRICS_EXPORTER=prometheus,otlp sends them as well'))
  }
  return results
}
