/**
 * Every program of the small shop, by the first argument. FAULT, in the image, is what is wrong with that release.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'

const { FAULT = '', DATABASE = '', RELEASE = '' } = process.env
const [role = 'gateway', argument] = process.argv.slice(2)
const roles = { gateway, database, migrate, healthy, dump, restore }
await roles[role]()

function gateway() {
  if (FAULT === 'crash') throw new Error('cannot read the configuration of this release')
  const counts = new Map()
  const server = createServer(async (request, response) => {
    let bytes = 0
    for await (const chunk of request) bytes += chunk.length
    const failed = FAULT === 'errors' && request.url !== '/'
    if (failed) response.statusCode = 500
    if (FAULT === 'smoke') response.statusCode = 404
    counts.set(response.statusCode, (counts.get(response.statusCode) ?? 0) + 1)
    if (request.url === '/slow') await new Promise((resolve) => setTimeout(resolve, 400))
    const data = request.url === '/data' ? await (await fetch(DATABASE)).text() : ''
    response.end(JSON.stringify({ release: RELEASE, bytes, data }))
  })
  server.keepAliveTimeout = 60_000
  server.listen(8080)
  createServer((request, response) => {
    if (request.url !== '/metrics') response.statusCode = FAULT === 'unready' ? 503 : 200
    const lines = [...counts].map(
      ([code, count]) => `http_server_request_duration_seconds_count{http_response_status_code="${code}"} ${count}\n`,
    )
    response.setHeader('content-type', 'text/plain; version=0.0.4')
    response.end(request.url === '/metrics' ? lines.join('') : 'ready')
  }).listen(9464)
  process.on('SIGTERM', () => server.close(() => process.exit()))
}

function database() {
  createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    if (request.method === 'PUT') writeFileSync('/data/content', text)
    response.end(content())
  }).listen(7000)
  process.on('SIGTERM', () => process.exit())
}

async function migrate() {
  const before = await (await fetch(DATABASE)).text()
  await fetch(DATABASE, { method: 'PUT', body: `${before}${RELEASE};` })
  if (FAULT === 'migration') throw new Error('relation "orders" already has a column "paid"')
}

async function healthy() {
  const path = argument === '9464' ? '/readyz' : '/'
  const response = await fetch(`http://127.0.0.1:${argument}${path}`)
  if (!response.ok) throw new Error(`not ready: ${response.status}`)
}

function dump() {
  process.stdout.write(content())
}

function restore() {
  writeFileSync('/data/content', readFileSync(0, 'utf8'))
}

function content() {
  try {
    return readFileSync('/data/content', 'utf8')
  } catch {
    return ''
  }
}
