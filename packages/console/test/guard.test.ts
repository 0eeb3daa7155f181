/**
 * Who may look and who may send: names that DNS could rebind, pages of other sites, and the token beyond loopback.
 */

import { request } from 'node:http'
import { expect, test } from 'vitest'
import { newFolder, runConsole } from './running-console.ts'

/** A request with headers that fetch would not let one set. */
function raw(
  url: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<{ status: number; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers }, (response) => {
      response.resume().on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }))
    })
      .on('error', reject)
      .end(method === 'POST' ? '{}' : undefined)
  })
}

test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:4300'])(
  'Host %j is refused',
  async (host) => {
    const { url, otlpUrl } = await runConsole()
    expect((await raw(`${url}/api/status`, { host })).status).toBe(403)
    expect((await raw(`${url}/`, { host })).status).toBe(403)
    expect((await raw(`${otlpUrl}/v1/traces`, { host, 'content-type': 'application/json' }, 'POST')).status).toBe(403)
  },
)

test.each(['localhost', 'localhost:1234', '127.0.0.1', '[::1]:9', '192.168.1.7'])('Host %j is served', async (host) => {
  const { url, otlpUrl } = await runConsole()
  expect((await raw(`${url}/api/status`, { host })).status).toBe(200)
  expect((await raw(`${otlpUrl}/v1/traces`, { host, 'content-type': 'application/json' }, 'POST')).status).toBe(200)
})

test('pages of other sites can neither read nor send', async () => {
  const { url, otlpUrl } = await runConsole()
  for (const origin of ['https://evil.example', 'null', 'http://localhost.evil.example']) {
    expect((await raw(`${url}/api/status`, { origin })).status).toBe(403)
    const sent = await raw(`${otlpUrl}/v1/traces`, { origin, 'content-type': 'application/json' }, 'POST')
    expect([sent.status, sent.headers['access-control-allow-origin']]).toEqual([403, undefined])
  }
  expect((await raw(`${url}/api/status`, { origin: url })).status).toBe(200)
  expect((await raw(`${url}/api/status`, { origin: 'http://localhost:5173' })).status).toBe(403)
})

test("a developer's own browser app may send, after a preflight", async () => {
  const { otlpUrl } = await runConsole()
  const origin = 'http://localhost:5173'
  const preflight = await raw(`${otlpUrl}/v1/traces`, { origin, 'access-control-request-method': 'POST' }, 'OPTIONS')
  expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([204, origin])
  const sent = await raw(`${otlpUrl}/v1/traces`, { origin, 'content-type': 'application/json' }, 'POST')
  expect([sent.status, sent.headers['access-control-allow-origin']]).toEqual([200, origin])
  // A form of another site could post text/plain without a preflight: that media type is never taken.
  expect((await raw(`${otlpUrl}/v1/traces`, { origin, 'content-type': 'text/plain' }, 'POST')).status).toBe(415)
})

test('everything carries a strict policy', async () => {
  const { url, otlpUrl } = await runConsole()
  for (const path of ['/', '/api/status', '/api/nothing']) {
    const { headers } = await raw(`${url}${path}`, {})
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/)
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['cross-origin-resource-policy']).toBe('same-origin')
  }
  expect((await raw(`${otlpUrl}/v1/traces`, {})).headers['x-content-type-options']).toBe('nosniff')
})

test('beyond loopback both ports need the token, which stays the same', async () => {
  const data = newFolder()
  const first = await runConsole({ host: '0.0.0.0', data })
  const base = new URL(first.url).origin
  expect((await raw(`${base}/api/status`, {})).status).toBe(401)
  expect((await raw(`${base}/`, {})).status).toBe(401)
  expect((await raw(`${base}/?token=wrong`, {})).status).toBe(401)
  expect((await raw(`${base}/api/status`, { authorization: `Bearer ${first.token}` })).status).toBe(200)
  const signIn = await raw(first.url, {})
  expect([signIn.status, signIn.headers.location]).toEqual([302, '/'])
  const cookie = String(signIn.headers['set-cookie'])
  expect(cookie).toMatch(/HttpOnly.*SameSite=Strict/)
  expect((await raw(`${base}/api/status`, { cookie: cookie.split(';')[0] ?? '' })).status).toBe(200)

  const deep = await raw(`${base}/traces?q=status:error&token=${first.token}`, {})
  expect(deep.headers.location).toBe('/traces?q=status%3Aerror')

  const otlp = { 'content-type': 'application/json' }
  expect((await raw(`${first.otlpUrl}/v1/logs`, otlp, 'POST')).status).toBe(401)
  expect(
    (await raw(`${first.otlpUrl}/v1/logs`, { ...otlp, authorization: `Bearer ${first.token}` }, 'POST')).status,
  ).toBe(200)
  await first.close()
  const second = await runConsole({ host: '0.0.0.0', data })
  expect(second.token).toBe(first.token)
})
