/**
 * B3 and Jaeger next to W3C Trace Context, as `OTEL_PROPAGATORS` asks for them: a caller's headers continue its trace, and what the service calls
 * gets them, too.
 */
import { createServer } from 'node:http'
import { closed, listening } from '@lab/test-kit/server'
import { afterEach, expect, test, vi } from 'vitest'
import { observeHttp } from '../src/http.ts'
import { createTestObserve } from '../src/testing.ts'

afterEach(() => vi.unstubAllEnvs())

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'

/** One request with `headers` to a service that calls another; its span, and the headers that the other one got. */
async function requestWith(propagators: string, headers: Record<string, string>) {
  vi.stubEnv('OTEL_PROPAGATORS', propagators)
  const obs = createTestObserve({ listen: true })
  let received: Record<string, unknown> = {}
  const other = createServer((request, response) => {
    // It observes itself, too; only the first one is of interest.
    received = { ...request.headers }
    response.end()
  })
  const target = await listening(other)
  const server = createServer(
    observeHttp(
      obs,
      async (_request, response) => {
        await (await fetch(target)).text()
        response.end()
      },
      { route: () => '/first' },
    ),
  )
  const url = await listening(server)
  const { request } = await import('node:http')
  await new Promise<void>((resolve, reject) => {
    obs.untraced(() =>
      request(url, { headers, agent: false }, (response) => response.resume().on('end', () => resolve()))
        .on('error', reject)
        .end(),
    )
  })
  await obs.until(() => obs.spans.some(({ name }) => name === 'GET /first'))
  const span = obs.spans.find(({ name }) => name === 'GET /first')
  const call = obs.spans.find(({ kind, parentSpanId }) => kind === 'client' && parentSpanId === span?.spanId)
  await closed(server)
  await closed(other)
  await obs.shutdown()
  return { parent: span?.parentSpanId, trace: span?.traceId, call, received }
}

test.each([
  ['b3', { b3: `${TRACE}-${SPAN}-1` }],
  ['b3', { b3: `${TRACE}-${SPAN}` }],
  ['b3', { b3: `${TRACE.toUpperCase()}-${SPAN}-d-0000000000000001` }],
  ['b3multi', { 'x-b3-traceid': TRACE, 'x-b3-spanid': SPAN, 'x-b3-sampled': 'true' }],
  ['b3multi', { 'x-b3-traceid': TRACE, 'x-b3-spanid': SPAN, 'x-b3-sampled': '0', 'x-b3-flags': '1' }],
  ['jaeger', { 'uber-trace-id': `${TRACE}:${SPAN}:0:1` }],
  ['jaeger', { 'uber-trace-id': `${TRACE}%3A${SPAN}%3A0%3A3` }],
  ['tracecontext,b3', { traceparent: `00-${TRACE}-${SPAN}-01`, b3: `${'1'.repeat(32)}-${SPAN}-1` }],
])('%s continues %j', async (propagators, headers) => {
  expect(await requestWith(propagators, headers)).toMatchObject({ trace: TRACE, parent: SPAN })
})

test.each([
  ['b3', { b3: '0' }],
  ['b3', { b3: `${TRACE}-${'0'.repeat(16)}-1` }],
  ['b3', { b3: `${TRACE}${'1'.repeat(9)}-${SPAN}-1` }],
  ['b3multi', { 'x-b3-traceid': 'g'.repeat(32), 'x-b3-spanid': SPAN }],
  ['jaeger', { 'uber-trace-id': `${TRACE}:::1` }],
  ['tracecontext', { b3: `${TRACE}-${SPAN}-1` }],
])('%s begins a trace of its own for %j', async (propagators, headers) => {
  expect((await requestWith(propagators, headers)).parent).toBeUndefined()
})

test('a trace id of 64 bits is padded', async () => {
  expect(await requestWith('b3', { b3: `8448eb211c80319c-${SPAN}-1` })).toMatchObject({
    trace: `${'0'.repeat(16)}8448eb211c80319c`,
  })
})

test('what is called gets each of the formats', async () => {
  const { call, received, trace } = await requestWith('tracecontext,b3,b3multi,jaeger', {})
  expect(received).toMatchObject({
    traceparent: expect.stringContaining(`${trace}-${call?.spanId}`),
    b3: `${trace}-${call?.spanId}-1`,
    'x-b3-traceid': trace,
    'x-b3-spanid': call?.spanId,
    'x-b3-sampled': '1',
    'uber-trace-id': `${trace}:${call?.spanId}:0:1`,
  })
  expect((await requestWith('b3', {})).received).not.toHaveProperty('traceparent')
})
