/**
 * Reads `/metrics` pages at an interval, so that programs which only expose their metrics are seen as well.
 */

import type { Ingest } from '../store/writer/ingest.ts'
import { fromExposition } from './exposition.ts'

const EVERY_MS = 10_000
const TIMEOUT_MS = 8000
const MOST_BYTES = 16_000_000

export interface ScrapeOptions {
  urls: readonly string[]
  ingest: Ingest
  /** Called where a page cannot be read, and for lines of it that are no samples. */
  onRefused: (reason: string, count: number) => void
}

/** Resolves after the first round; `stop` ends the others. */
export async function startScraping({ urls, ingest, onRefused }: ScrapeOptions): Promise<() => void> {
  const round = () => Promise.all(urls.map((url) => scrape(url, ingest, onRefused)))
  await round()
  const timer = setInterval(() => void round(), EVERY_MS)
  return () => clearInterval(timer)
}

async function scrape(url: string, ingest: Ingest, onRefused: ScrapeOptions['onRefused']): Promise<void> {
  try {
    const { metrics, unread } = fromExposition(await pageAt(url), Date.now())
    if (unread > 0) onRefused(`Lines of ${url} are no samples of Prometheus.`, unread)
    const scopeMetrics = [{ scope: { name: 'scrape' }, metrics }]
    const resource = { attributes: attributesOf(url) }
    const body = new TextEncoder().encode(JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics }] }))
    const outcome = await ingest.store('metrics', 'json', body)
    if (outcome.reason !== '') onRefused(`Of ${url}: ${outcome.reason}`, 1)
  } catch (error) {
    onRefused(`${url} was not read: ${reasonOf(error)}.`, 1)
  }
}

async function pageAt(url: string): Promise<string> {
  const accept = 'application/openmetrics-text;version=1.0.0;q=0.9,text/plain;version=0.0.4'
  const response = await fetch(url, { headers: { accept }, signal: AbortSignal.timeout(TIMEOUT_MS) })
  if (!response.ok) throw new Error(`it answered ${response.status}`)
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > MOST_BYTES) throw new Error(`it is longer than ${MOST_BYTES / 1e6} MB`)
  }
  return text
}

/** As a scrape of Prometheus names its target: `job` is the service, here the host and port. */
function attributesOf(url: string) {
  const { host } = new URL(url)
  const values = { 'service.name': host, 'service.instance.id': host, 'url.full': url }
  return Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
