/**
 * Instrumentations of OpenTelemetry through the globals of `observe()`: in the same trace, under the right parent, without a second server span.
 */
import { fileURLToPath } from 'node:url'
import { startReceiver } from '@lab/test-kit/otlp-receiver'
import { expect, test } from 'vitest'
import { startProgram } from './program.ts'

const FLAGS = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning']
const FOLDER = fileURLToPath(new URL('..', import.meta.url))

interface Span {
  name: string
  spanId: string
  parentSpanId?: string
  traceId: string
}

/** Each span of the request's trace, with the names of those it is in. */
async function chainsOf(name: string): Promise<string[]> {
  const receiver = await startReceiver()
  const env = { OTEL_EXPORTER_PROMETHEUS_PORT: '0', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }
  const program = startProgram(FOLDER, [...FLAGS, 'test/programs/instrumented.mjs', name], env)
  expect((await program.ended).code, program.output()).toBe(0)
  await receiver.close()
  const spans = receiver.spans as unknown as Span[]
  const server = program.lines().find(({ path }) => path === '/')
  const chain = ({ name, parentSpanId }: Span): string => {
    const parent = spans.find(({ spanId }) => spanId === parentSpanId)
    return parent === undefined ? name : `${chain(parent)} > ${name}`
  }
  return spans
    .filter(({ traceId }) => traceId === server?.trace_id)
    .map(chain)
    .sort()
}

test('graphql', async () => {
  expect(await chainsOf('graphql')).toEqual([
    'GET',
    'GET > GET',
    'GET > GET > graphql.parse',
    'GET > GET > graphql.validate',
    'GET > GET > query',
    'GET > GET > query > graphql.resolve user',
  ])
})

test('grpc: one client span and one server span a call', async () => {
  const call = 'GET > GET > grpc.shop.Users/Find'
  expect(await chainsOf('grpc')).toEqual(['GET', 'GET > GET', call, `${call} > POST /shop.Users/Find`])
})
