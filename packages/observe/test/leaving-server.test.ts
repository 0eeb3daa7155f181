/**
 * A server leaves right after its 10,000th response: every span, line and count of the requests arrives, whichever way it
 * goes, and where no server takes them it leaves all the same and says how much was lost.
 */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NO_LISTENER_URL, type Receiver, startReceiver } from '@lab/test-kit/otlp-receiver'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startHanging } from './hanging.ts'
import { type Ending, type Program, startProgram } from './program.ts'
import { pipeline } from './raw-client.ts'

const REQUESTS = 10_000
const server = fileURLToPath(new URL('programs/leaving-server.ts', import.meta.url))
const longerTimeouts = new URL('programs/longer-timeouts.ts', import.meta.url).href
let receiver: Receiver

beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(() => receiver.close())

const WAYS: [string, { signal?: NodeJS.Signals }, Ending][] = [
  ['process.exit()', {}, { code: 3, signal: null }],
  ['uncaught exception', {}, { code: 1, signal: null }],
  ['unhandled rejection', {}, { code: 1, signal: null }],
  ['signal', { signal: 'SIGTERM' }, { code: null, signal: 'SIGTERM' }],
  ['signal', { signal: 'SIGINT' }, { code: null, signal: 'SIGINT' }],
]

/** Runs the server until it has answered all and left. Where there is a backend, it waits for it however long it takes. */
async function leave(way: string, signal: NodeJS.Signals | undefined, url?: string): Promise<Left> {
  const args = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning']
  if (url === undefined) args.push('--import', longerTimeouts)
  const program = startProgram(dirname(server), [...args, server, way, `${REQUESTS}`], {
    OTEL_EXPORTER_OTLP_ENDPOINT: url ?? receiver.url,
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'otlp',
  })
  await program.printed('port ')
  const port = /port (\d+)/.exec(program.output())?.[1]
  const get = (index: number) => `GET /${index} HTTP/1.1\r\nHost: h\r\n\r\n`
  await pipeline(`http://127.0.0.1:${port}`, REQUESTS - 1, get)
  // Alone, so that no other one is under way when the server leaves.
  expect(await pipeline(`http://127.0.0.1:${port}`, 1, get)).toBe(1)
  const began = performance.now()
  if (signal !== undefined) program.kill(signal)
  const ending = await program.ended
  return { ending, program, afterMs: performance.now() - began }
}

interface Left {
  ending: Ending
  program: Program
  afterMs: number
}

describe('a server that leaves after its last response', () => {
  test.each(WAYS)('by %s %j loses nothing', async (way, { signal }, expected) => {
    const { ending, program } = await leave(way, signal)
    expect(ending).toEqual(expected)
    expect(new Set(receiver.spans.map(({ spanId }) => spanId)).size).toBe(REQUESTS)
    for (const [lines, text] of [
      [program.lines().map(({ msg, span_id }) => [msg, span_id]), 'standard output'],
      [receiver.logs.map(({ body, spanId }) => [body, spanId]), 'the backend'],
    ] as const) {
      for (const message of ['answering', 'request completed']) {
        const ids = lines.filter(([msg]) => msg === message).map(([, id]) => id)
        expect(new Set(ids).size, `lines "${message}" at ${text}`).toBe(REQUESTS)
      }
    }
    for (const name of ['requests.counted', 'theirs.counted', 'theirs.observed']) {
      expect(lastOf(name), name).toMatchObject({ sum: { dataPoints: [{ asDouble: REQUESTS }] } })
    }
    expect(lastOf('http.server.request.duration')).toMatchObject({
      histogram: { dataPoints: [{ count: String(REQUESTS), attributes: { 'http.response.status_code': 200n } }] },
    })
  })

  test.each(WAYS)(
    'by %s %j leaves when no server listens, and says what was lost',
    async (way, { signal }, expected) => {
      const { ending, program } = await leave(way, signal, NO_LISTENER_URL)
      expect(ending).toEqual(expected)
      expect(lost(program, 'spans')).toBe(REQUESTS)
      expect(lost(program, 'logs')).toBeGreaterThanOrEqual(2 * REQUESTS)
      expect(lost(program, 'metric points')).toBeGreaterThan(0)
    },
  )

  test.each(WAYS)(
    'by %s %j leaves when no server answers, and says what was lost',
    async (way, { signal }, expected) => {
      const { backend, url } = await startHanging()
      const { ending, program, afterMs } = await leave(way, signal, url)
      expect(ending).toEqual(expected)
      expect(lost(program, 'spans')).toBe(REQUESTS)
      // The request to the backend alone would have waited for 10 s.
      expect(afterMs).toBeLessThan(9000)
      backend.close()
    },
  )
})

function lastOf(name: string): unknown {
  return receiver.metrics.findLast((metric) => metric.name === name)
}

/** How many of a signal the program says were lost. */
function lost(program: Program, signal: string): number {
  const lines = program.lines().map(({ msg }) => String(msg))
  return lines.reduce(
    (sum, msg) => sum + Number(new RegExp(`^(\\d+) ${signal.slice(0, -1)}s? (?:was|were) lost`).exec(msg)?.[1] ?? 0),
    0,
  )
}
