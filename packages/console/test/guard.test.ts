/**
 * Who may look and who may send: names that DNS could rebind, pages of other sites, and the token beyond loopback.
 */

import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
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

const own = 'http://localhost:5173'
const json = { 'content-type': 'application/json' }

test('a browser app may send once its origin is allowed, with credentials and headers of its own, and never reads', async () => {
  const { url, otlpUrl } = await runConsole({ allowedOrigins: [own] })
  const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,x-team' }
  const preflight = await raw(`${otlpUrl}/v1/traces`, { origin: own, ...asked }, 'OPTIONS')
  expect(preflight).toMatchObject({
    status: 204,
    headers: {
      'access-control-allow-origin': own,
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': 'content-type,x-team',
    },
  })
  const sent = await raw(`${otlpUrl}/v1/traces`, { origin: own, ...json }, 'POST')
  expect([sent.status, sent.headers['access-control-allow-origin']]).toEqual([200, own])
  // A form of another site could post text/plain without a preflight: that media type is never taken.
  expect((await raw(`${otlpUrl}/v1/traces`, { origin: own, 'content-type': 'text/plain' }, 'POST')).status).toBe(415)
  expect((await raw(`${url}/api/status`, { origin: own })).status).toBe(403)
})

test('a page of another port of this machine may not send unless it is allowed', async () => {
  const { otlpUrl, query } = await runConsole()
  expect((await raw(`${otlpUrl}/v1/traces`, { origin: own, ...json }, 'POST')).status).toBe(403)
  expect((await query('/api/status', {})).refused[0]?.reason).toContain(`--allow-origin ${own}`)
})

test('beyond loopback a browser app sends with the token in a header, not with the cookie alone', async () => {
  const { otlpUrl, token } = await runConsole({ host: '0.0.0.0' })
  const preflight = await raw(
    `${otlpUrl}/v1/traces`,
    { origin: own, 'access-control-request-method': 'POST' },
    'OPTIONS',
  )
  expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([204, own])
  const post = async (headers: Record<string, string>) =>
    (await raw(`${otlpUrl}/v1/traces`, { origin: own, ...json, ...headers }, 'POST')).status
  expect(await post({ authorization: `Bearer ${token}` })).toBe(200)
  expect(await post({ authorization: `Bearer%20${token}` })).toBe(200)
  expect(await post({ cookie: `observe_console_token=${token}` })).toBe(403)
})

test.each(['host.docker.internal', 'laptop.local:4300', 'console'])(
  'Host %j is served with the token, or if allowed',
  async (host) => {
    const open = await runConsole({ host: '0.0.0.0' })
    const base = new URL(open.url).origin
    expect((await raw(`${base}/api/status`, { host })).status).toBe(403)
    expect((await raw(`${base}/api/status`, { host, authorization: `Bearer ${open.token}` })).status).toBe(200)
    const { otlpUrl } = await runConsole({ allowedHosts: [host.split(':')[0] ?? ''] })
    expect((await raw(`${otlpUrl}/v1/traces`, { host, ...json }, 'POST')).status).toBe(200)
  },
)

test('signing in leads to no other host', async () => {
  const { url, token } = await runConsole({ host: '0.0.0.0' })
  const { origin } = new URL(url)
  for (const path of ['//evil.example', '//evil.example/%2e%2e'])
    expect((await raw(`${origin}${path}?token=${token}`, {})).headers.location).toMatch(/^\/(?!\/)/)
  const page = await fetch(`${origin}//evil.example`, { headers: { accept: 'text/html' } })
  expect(await page.text()).toContain('<form action="/evil.example">')
})

test('the data folder and its files are the user alone, whatever they were', async () => {
  const data = newFolder()
  chmodSync(data, 0o755)
  writeFileSync(join(data, 'token'), 'known', { mode: 0o644 })
  await runConsole({ data })
  const modeOf = (name: string) => (statSync(join(data, name)).mode & 0o777).toString(8)
  expect(modeOf('.')).toBe('700')
  const modes = readdirSync(data).map((name) => [name, modeOf(name)])
  expect(modes).toEqual(readdirSync(data).map((name) => [name, '600']))
})

test.each([
  ['gRPC', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', /http\/protobuf/],
  ['TLS', Buffer.from([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0]), /http:\/\/ instead/],
])('%s at the port of OTLP over HTTP is answered, and the page says how to send', async (_, bytes, advice) => {
  const { otlpUrl, query } = await runConsole()
  const { hostname, port } = new URL(otlpUrl)
  const socket = connect(Number(port), hostname)
  socket.write(bytes)
  expect(await text(socket)).toMatch(advice)
  expect((await query('/api/status', {})).refused[0]?.reason).toMatch(advice)
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
