/**
 * The admin port of a service over a real socket.
 */

import { once } from 'node:events'
import type { Server } from 'node:http'
import { createTestObserve } from '@lab/observe/testing'
import { freePort } from '@lab/test-kit/free-port'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { isAdminPath, serveAdmin } from './admin.ts'
import { Faults } from './faults.ts'

const obs = createTestObserve()
let faults: Faults<'slow' | 'stuck'>
let switched: boolean[]
let taken: unknown[]
let server: Server
let url: string

beforeEach(async () => {
  switched = []
  taken = []
  faults = new Faults(obs, ['slow', 'stuck'], { stuck: async (enabled) => void switched.push(enabled) })
  const port = await freePort()
  vi.stubEnv('OTEL_EXPORTER_PROMETHEUS_PORT', String(port))
  vi.stubEnv('OTEL_EXPORTER_PROMETHEUS_HOST', '127.0.0.1')
  server = await serveAdmin(obs, { faults, notifications: { largestBody: 100, take: (body) => void taken.push(body) } })
  url = `http://127.0.0.1:${port}`
})

afterEach(async () => {
  vi.unstubAllEnvs()
  server.closeAllConnections()
  await once(server.close(), 'close')
})

async function put(path: string, body: string) {
  const response = await fetch(`${url}${path}`, { method: 'PUT', body })
  return { status: response.status, body: await response.json() }
}

test('answers scrapes and probes as @lab/observe does', async () => {
  expect((await fetch(`${url}/metrics`)).status).toBe(200)
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
})

test('lists the faults and switches them', async () => {
  expect(await (await fetch(`${url}/faults`)).json()).toEqual({ slow: false, stuck: false })
  expect(await put('/faults/stuck', '{"enabled":true}')).toEqual({ status: 200, body: { slow: false, stuck: true } })
  expect([faults.isOn('stuck'), switched]).toEqual([true, [true]])
  await put('/faults/stuck', '{"enabled":false}')
  expect([faults.isOn('stuck'), switched]).toEqual([false, [true, false]])
})

test.each([
  ['/faults/gremlins', '{"enabled":true}', 404, 'unknown_fault'],
  ['/faults/slow', '{"enabled":"yes"}', 400, 'invalid_request'],
  ['/faults/slow', '{"ena', 400, 'bad_request'],
  ['/faults/slow', 'x'.repeat(2000), 413, 'too_large'],
  ['/faults', '{}', 405, 'method_not_allowed'],
])('PUT %s with %j is refused', async (path, body, status, code) => {
  expect(await put(path, body)).toMatchObject({ status, body: { error: { code } } })
  expect(faults.isOn('slow')).toBe(false)
})

test('takes a notification, as JSON of a bounded size', async () => {
  const post = async (body: string) => (await fetch(`${url}/notifications`, { method: 'POST', body })).status
  expect(await post('{"alerts":[]}')).toBe(204)
  expect(await post('{"ale')).toBe(400)
  expect(await post(JSON.stringify('x'.repeat(100)))).toBe(413)
  expect((await fetch(`${url}/notifications`)).status).toBe(405)
  expect(taken).toEqual([{ alerts: [] }])
})

test('a taken port says which variable moves it', async () => {
  await expect(serveAdmin(obs, { faults })).rejects.toThrow(/OTEL_EXPORTER_PROMETHEUS_PORT .* choose another/)
})

test.each([
  ['/metrics', true],
  ['/readyz', true],
  ['/faults', true],
  ['/faults/slow', true],
  ['/orders', false],
  ['/faultsome', false],
  ['/notifications', true],
])('a request for %s is one of the admin port: %s', (path, expected) => {
  expect(isAdminPath(path)).toBe(expected)
})
