/**
 * A million requests, no two alike for long: over 100,000 paths and hosts and 1,000 methods, with all three signals on and a
 * receiver that takes them. The series stay within their cap and the heap where it was.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer, METHODS } from 'node:http'
import { type ClientHttp2Session, connect } from 'node:http2'
import { fileURLToPath } from 'node:url'
import { closed, listening } from '@lab/test-kit/server'
import { afterEach, expect, test } from 'vitest'
import type { Question } from '../programs/hostile-server.ts'
import { pipeline } from '../raw-client.ts'
import { parseMetrics, sampleValue } from '../strict-metrics.ts'

/** How many of the requests go which way: HTTP/1 knows some forty methods, HTTP/2 and fetch any word. */
const WAYS = { http1: 800_000, http2: 150_000, web: 50_000 }
/** The first of so many parts, 10,000 requests, is what the heap is compared with. */
const PARTS = 100
const PATHS = 100_000
const ODD_METHODS = 1000
const CONNECTIONS = 4
const STREAMS = 100
const MAX_SERIES = 2000
const LIMIT_BYTES = 10 * 1024 * 1024

/** CONNECT asks for a tunnel. */
const KNOWN = METHODS.filter((method) => method !== 'CONNECT')
const program = fileURLToPath(new URL('../programs/hostile-server.ts', import.meta.url))
const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean()
})

/** A backend that takes what it is sent and forgets test. */
async function startTaker(): Promise<{ url: string; bytes: Record<string, number> }> {
  const bytes: Record<string, number> = {}
  const server = createServer((request, response) => {
    const { url = '' } = request
    request.on('data', (chunk: Buffer) => {
      bytes[url] = (bytes[url] ?? 0) + chunk.length
    })
    request.on('end', () => response.end())
  })
  const url = await listening(server)
  cleanUp.push(() => closed(server))
  return { url, bytes }
}

/** The service, in a process of its own; `ask` waits for its answer. */
class Service {
  readonly #child: ChildProcess
  #turn: Promise<unknown>

  constructor(env: Record<string, string>) {
    const execArgv = ['--expose-gc', '--experimental-strip-types', '--disable-warning=ExperimentalWarning']
    // Its lines go to a process that takes them; they are of no interest here.
    this.#child = fork(program, {
      execArgv,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#turn = this.#answer()
  }

  /** The first that it says: its ports. */
  get ready(): Promise<unknown> {
    return this.#turn
  }

  send(question: Question): Promise<unknown> {
    this.#turn = this.#turn.then(() => {
      this.#child.send(question)
      return this.#answer()
    })
    return this.#turn
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL')
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit')
  }

  async #answer(): Promise<unknown> {
    const [message]: { answered?: unknown }[] = await once(this.#child, 'message')
    return message?.answered
  }
}

/** Over keep-alive connections, one behind the other without waiting. */
async function sendHttp1(port: number, from: number, count: number): Promise<void> {
  const share = count / CONNECTIONS
  const answered = await Promise.all(
    Array.from({ length: CONNECTIONS }, (_, connection) =>
      pipeline(`http://127.0.0.1:${port}`, share, (number) => {
        const index = from + connection * share + number
        const id = index % PATHS
        return `${KNOWN[index % KNOWN.length]} /p/${id}?q=${index} HTTP/1.1\r\nHost: h${id}.example\r\n\r\n`
      }),
    ),
  )
  expect(answered).toEqual(answered.map(() => share))
}

/** As streams of one session, so many at a time. */
async function sendHttp2(session: ClientHttp2Session, from: number, count: number): Promise<void> {
  let next = from
  async function stream(): Promise<void> {
    while (next < from + count) {
      const index = next++
      const id = index % PATHS
      const request = session.request(
        { ':method': `ODD${index % ODD_METHODS}`, ':path': `/s/${id}`, ':authority': `h${id}.example` },
        { endStream: true },
      )
      request.resume()
      await once(request, 'close')
    }
  }
  await Promise.all(Array.from({ length: STREAMS }, stream))
}

test('answers a million requests of a hostile client within its caps and its memory', async () => {
  const taker = await startTaker()
  const service = new Service({
    OTEL_EXPORTER_OTLP_ENDPOINT: taker.url,
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'prometheus,otlp',
    OTEL_METRIC_EXPORT_INTERVAL: '5000',
    OTEL_EXPORTER_PROMETHEUS_PORT: '0',
  })
  cleanUp.push(() => service.end())
  const [http1 = 0, http2 = 0] = (await service.ready) as number[]
  const session = connect(`http://127.0.0.1:${http2}`)
  cleanUp.push(() => session.destroy())
  /** Sends a part of each way's requests. */
  async function send(from: number, to: number): Promise<void> {
    const part = (all: number): [number, number] => [(all * from) / PARTS, (all * (to - from)) / PARTS]
    const [webFrom, webCount] = part(WAYS.web)
    await Promise.all([sendHttp1(http1, ...part(WAYS.http1)), sendHttp2(session, ...part(WAYS.http2))])
    await service.send({ ask: 'web', from: webFrom, count: webCount, methods: ODD_METHODS })
  }

  await send(0, 1)
  const before = Number(await service.send({ ask: 'heap' }))
  await send(1, PARTS)
  const after = Number(await service.send({ ask: 'heap' }))

  expect(await service.send({ ask: 'seen' })).toEqual(WAYS)
  expect(after - before).toBeLessThan(LIMIT_BYTES)
  const families = parseMetrics(String(await service.send({ ask: 'metrics' })), 'text')
  const requests = Object.values(WAYS).reduce((sum, count) => sum + count)
  const counted = families.get('http_server_request_duration_seconds')?.samples ?? []
  const counts = counted.filter(({ name }) => name.endsWith('_count'))
  expect(counts.reduce((sum, { value }) => sum + value, 0)).toBe(requests)
  // A handful: methods that are known, versions and one status.
  expect(counts.length).toBeLessThan(40)
  for (const name of ['visits_ours_total', 'visits_theirs_total']) {
    const visits = families.get(name)?.samples ?? []
    expect(visits).toHaveLength(MAX_SERIES + 1)
    expect(visits.reduce((sum, { value }) => sum + value, 0)).toBe(requests)
  }
  const spans = (name: string, labels = {}): number => sampleValue(families, name, { signal: 'spans', ...labels }) ?? 0
  const settled = spans('observe_exported_total') + spans('observe_dropped_total', { reason: 'queue_full' })
  expect(settled + spans('observe_queue_length')).toBe(requests)
  expect(Object.keys(taker.bytes).sort()).toEqual(['/v1/logs', '/v1/metrics', '/v1/traces'])
}, 170_000)
