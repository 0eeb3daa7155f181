/**
 * A user's own NodeSDK with its instrumentations of node:http and undici next to `observe()`, started before it or after it: one trace, one
 * server span a request, one client span a call, one `traceparent`, and one line that says what happens.
 */
import { fileURLToPath } from 'node:url'
import { startReceiver } from '@lab/test-kit/otlp-receiver'
import { expect, test } from 'vitest'
import { startProgram } from './program.ts'

const FLAGS = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning']
const FOLDER = fileURLToPath(new URL('..', import.meta.url))

interface Span {
  name: string
  kind: unknown
  traceId: string
  spanId: string
  parentSpanId?: string
  attributes: Record<string, unknown>
}

test.each([
  ['sdk', 'globals were registered before observe()'],
  ['observe', 'an OpenTelemetry SDK was started after observe()'],
])('%s first', async (first, said) => {
  const receiver = await startReceiver()
  const env = { OTEL_EXPORTER_PROMETHEUS_PORT: '0', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }
  const program = startProgram(FOLDER, [...FLAGS, 'test/programs/second-sdk.mjs', first], env)
  expect((await program.ended).code, program.output()).toBe(0)
  await receiver.close()
  const lines = program.lines()
  const result = lines.find(({ exported }) => exported !== undefined) as unknown as {
    exported: Span[]
    received: { path: string; traceparent: string; counts: number }[]
  }
  const spans = first === 'sdk' ? result.exported : (receiver.spans as unknown as Span[])
  const other = first === 'sdk' ? receiver.spans : result.exported
  expect(other).toEqual([])

  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1)
  const parentOf = ({ parentSpanId }: Span) => spans.find(({ spanId }) => spanId === parentSpanId)
  const chains = spans.map((span) => {
    const chain: string[] = []
    for (let at: Span | undefined = span; at !== undefined; at = parentOf(at)) chain.unshift(at.name)
    return chain.join(' > ')
  })
  // The call of the program's own client, the request, what the handler does, and the calls with the requests that they are.
  expect(chains.toSorted()).toEqual([
    'GET',
    'GET > GET /users/:id',
    'GET > GET /users/:id > inner',
    'GET > GET /users/:id > inner > GET',
    'GET > GET /users/:id > inner > GET',
    'GET > GET /users/:id > inner > GET > GET',
    'GET > GET /users/:id > inner > GET > GET',
  ])
  expect(result.received.map(({ path, counts }) => [path, counts])).toEqual([
    ['/fetched', 1],
    ['/got', 1],
  ])
  expect(lines.find(({ path }) => path === '/users/7')).toMatchObject({ route: '/users/:id', tenant: 'acme' })
  expect(lines.filter(({ level }) => level === 'warn' || level === 'error')).toMatchObject([
    { msg: expect.stringContaining(said) },
  ])
  expect(program.output()).not.toMatch(/^ +at /m)
})
