/**
 * The sizes by which the page on operations has a queue sized, against what a service sends of requests.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { closed, listening } from '@lab/test-kit/server'
import { expect, test } from 'vitest'
import { observeHttp } from '../src/http.ts'
import { createObserve } from '../src/index.ts'
import { resolveOptions } from '../src/settings/options.ts'
import { pipeline } from './raw-client.ts'

const REQUESTS = 5000

const page = readFileSync(new URL('../docs/operations.md', import.meta.url), 'utf8')
const sizing = /## Sizing the queues\n([\s\S]*?)\n## /.exec(page)?.[1]?.replaceAll('\n', ' ') ?? ''

/** The number that stands where `text` has `#`. */
function said(text: string): number {
  return Number(new RegExp(text.replace('#', '(\\d+)')).exec(sizing)?.[1])
}

/** Bytes that arrive of each request, by the path of the signal. */
async function measured(): Promise<Record<string, number>> {
  const bytes: Record<string, number> = {}
  const taker = createServer((request, response) => {
    const { url = '' } = request
    request.on('data', (chunk: Buffer) => {
      bytes[url] = (bytes[url] ?? 0) + chunk.length / REQUESTS
    })
    request.on('end', () => response.end())
  })
  Object.assign(process.env, { OTEL_LOGS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: await listening(taker) })
  const obs = createObserve({ service: 'users', admin: false, log: { destination: { write: () => undefined } } })
  delete process.env.OTEL_LOGS_EXPORTER
  delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT
  const route = () => '/users/:id'
  const service = createServer(observeHttp(obs, (_, response) => void response.end('{}'), { route }))
  const head = (id: number) => `GET /users/${id} HTTP/1.1\r\nHost: users.example\r\n\r\n`
  await pipeline(await listening(service), REQUESTS, head)
  await obs.shutdown()
  await closed(service)
  await closed(taker)
  return bytes
}

test('a span and a log line are as large as is said, and so is a full queue', async () => {
  const { '/v1/traces': span = 0, '/v1/logs': line = 0 } = await measured()
  const tens = (bytes: number) => Math.round(bytes / 10) * 10
  expect([said('some # bytes and its User-Agent'), said('log line some #')]).toEqual([tens(span), tens(line)])
  const limit = resolveOptions({}, {}).traces?.delivery?.limits.maxQueue ?? 0
  expect(said('queue of #')).toBe(limit)
  const megabytes = (bytes: number) => Math.round((limit * tens(bytes)) / 1_000_000)
  expect([said('some # MB of spans'), said('# MB of log lines')]).toEqual([megabytes(span), megabytes(line)])
  expect(said('newest # s')).toBe(Math.floor(limit / said('so that at # requests') / 10) * 10)
})
