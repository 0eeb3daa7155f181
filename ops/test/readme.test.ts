/**
 * A service that is written by following nothing but the README of @lab/observe, and what it shows in the real backends.
 */

import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@lab/test-kit/eventually'
import { freePort } from '@lab/test-kit/free-port'
import { backendPorts, describeBackends, otlpEnvironment } from '@ops/backends'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { service } from '../../packages/observe/test/first-minutes.ts'
import { BackendProcess, Process } from './process.ts'
import { findTrace, queryExemplars, queryLoki, queryPrometheus } from './queries.ts'

const library = join(import.meta.dirname, '..', '..', 'packages', 'observe')
const TIMEOUT_MS = 25_000
const processes: Process[] = []
let home: string
let port: number
let urlOf: (backend: string) => string

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'stack-readme-'))
  const ports: Record<string, number> = {}
  for (const variable of Object.keys(backendPorts)) ports[variable] = await freePort()
  const metricsPort = await freePort()
  port = await freePort()
  const { found, missing } = await describeBackends({
    home,
    ports,
    services: [{ name: 'users', metrics: `http://127.0.0.1:${metricsPort}/metrics` }],
    alertReceiver: 'http://127.0.0.1:9/alerts',
    console: 'http://127.0.0.1:9',
  })
  if (missing.length > 0) throw new Error(`Not on this machine: ${missing.join(', ')}. Run \`pnpm tools\` first.`)
  const backends = found.map((backend) => new BackendProcess(backend))
  urlOf = (name) => backends.find((backend) => backend.name === name)?.url ?? `there is no ${name}`
  const folder = await written()
  const app = new Process({
    name: 'users',
    command: [process.execPath, service.file],
    cwd: folder,
    env: {
      ...otlpEnvironment({ backends: found, ports }),
      OTEL_EXPORTER_PROMETHEUS_PORT: String(metricsPort),
      PORT: String(port),
    },
    log: join(home, 'users.log'),
    health: `http://localhost:${metricsPort}/readyz`,
  })
  processes.push(app, ...backends)
  await Promise.all(processes.map((process) => process.start()))
})

afterAll(async () => {
  // The service first, so that its last signals have somewhere to go.
  for (const process of processes) await process.stop()
  await rm(home, { recursive: true, force: true })
})

/** The folder in which the README's file was saved, after its `npm install`. */
async function written(): Promise<string> {
  const folder = join(home, 'users')
  await mkdir(join(folder, 'node_modules', '@lab'), { recursive: true })
  await symlink(library, join(folder, 'node_modules', '@lab', 'observe'))
  await symlink(join(library, 'node_modules', 'express'), join(folder, 'node_modules', 'express'))
  await writeFile(join(folder, service.file), service.code)
  return folder
}

test('its request is in Prometheus, the exemplar leads to Jaeger, and the trace to Loki', async () => {
  expect(await (await fetch(`http://localhost:${port}/users/7`)).json()).toEqual({ id: '7' })
  const selector = '{job="users",http_route="/users/:id",http_response_status_code="200"}'
  await eventually('the request in Prometheus', TIMEOUT_MS, async () => {
    const series = await queryPrometheus(urlOf('prometheus'), `http_server_request_duration_seconds_count${selector}`)
    expect(series.map(({ value }) => value)).toEqual([1])
  })
  const traceId = await eventually('its exemplar', TIMEOUT_MS, async () => {
    const [exemplar] = await queryExemplars(
      urlOf('prometheus'),
      `http_server_request_duration_seconds_bucket${selector}`,
    )
    if (!exemplar?.labels.trace_id) throw new Error('there is none')
    return exemplar.labels.trace_id
  })
  const spans = await eventually('its trace', TIMEOUT_MS, () => findTrace(urlOf('jaeger'), traceId))
  expect(spans.map((span) => `${span.service}: ${span.operationName}`)).toEqual(['users: GET /users/:id'])
  await eventually('its log lines', TIMEOUT_MS, async () => {
    const lines = await queryLoki(urlOf('loki'), `{service_name="users"} | trace_id="${traceId}"`)
    expect(lines.map(({ text }) => text).toSorted()).toEqual(['looked up', 'request completed'])
  })
})
