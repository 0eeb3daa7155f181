/**
 * Variables that reach further than the settings: what they change in the signals of a service.
 */
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { afterEach, expect, test, vi } from 'vitest'
import { observeHttp } from '../src/http.ts'
import { post } from '../src/otlp/otlp-http.ts'
import { resolveOptions } from '../src/settings/options.ts'
import { createTestObserve } from '../src/testing.ts'

const OPENMETRICS = 'application/openmetrics-text'

afterEach(() => vi.unstubAllEnvs())

test('OTEL_EXPORTER_OTLP_CERTIFICATE: an endpoint with a certificate of its own authority takes an export', async () => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }])
  const server = createHttpsServer({ key, cert }, (_request, response) => response.end())
  await once(server.listen(0, 'localhost'), 'listening')
  const folder = mkdtempSync(join(tmpdir(), 'observe-ca-'))
  writeFileSync(join(folder, 'ca.pem'), cert)
  const { port } = server.address() as AddressInfo
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `https://localhost:${port}` }
  const outcomeOf = async (given: Record<string, string>) => {
    const endpoint = resolveOptions({}, { ...env, ...given }).traces?.delivery?.endpoint
    if (endpoint === undefined) throw new Error('no endpoint')
    return (await post(endpoint, Buffer.of())).kind
  }
  expect(await outcomeOf({})).toBe('retry')
  expect(await outcomeOf({ OTEL_EXPORTER_OTLP_CERTIFICATE: join(folder, 'ca.pem') })).toBe('accepted')
  rmSync(folder, { recursive: true })
  server.close()
  server.closeAllConnections()
})

test('OTEL_METRICS_EXEMPLAR_FILTER=always_off: no bucket has an exemplar', async () => {
  const exemplarsWith = async (filter: string): Promise<number> => {
    vi.stubEnv('OTEL_METRICS_EXEMPLAR_FILTER', filter)
    const obs = createTestObserve()
    obs.span('job', () => obs.histogram('work').record(1))
    const { body } = await obs.scrape(OPENMETRICS)
    await obs.shutdown()
    return body.match(/ # \{trace_id=/g)?.length ?? 0
  }
  expect(await exemplarsWith('trace_based')).toBe(1)
  expect(await exemplarsWith('always_off')).toBe(0)
})

test('OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS: on the spans of server and client', async () => {
  vi.stubEnv('OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS', 'PROPFIND')
  const obs = createTestObserve({ listen: true })
  const server = createServer(observeHttp(obs, (_request, response) => response.end()))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  for (const method of ['PROPFIND', 'GET']) await (await fetch(url, { method })).text()
  await obs.until(() => obs.spans.length === 4)
  const methods = obs.spans.map(({ attributes }) => attributes['http.request.method'])
  expect(methods.toSorted()).toEqual(['PROPFIND', 'PROPFIND', '_OTHER', '_OTHER'])
  server.close()
  server.closeAllConnections()
  await obs.shutdown()
})
