/**
 * `node --watch` with `--import @lab/observe/auto`: after a change the new process takes over the admin port and is observed.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '@lab/test-kit/free-port'
import { startReceiver } from '@lab/test-kit/otlp-receiver'
import { afterEach, expect, test } from 'vitest'
import { startProgram } from './program.ts'
import { sendRequest } from './raw-client.ts'
import { parseMetrics, sampleValue } from './strict-metrics.ts'

const library = fileURLToPath(new URL('..', import.meta.url))
const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean()
})

function program(version: string) {
  return `
  import { createServer } from 'node:http'
  const server = createServer((_, response) => response.end('${version}'))
  server.listen(process.env.PORT, '127.0.0.1', () => process.stderr.write('listening ${version}\\n'))
`
}

test('observes the process that each restart begins', async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'observe-watch-')))
  cleanUp.push(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'node_modules/@lab'), { recursive: true })
  symlinkSync(library, join(folder, 'node_modules/@lab/observe'))
  writeFileSync(join(folder, 'app.mjs'), program('one'))
  const receiver = await startReceiver()
  cleanUp.push(() => receiver.close())
  const [port, admin] = [await freePort(), await freePort()]
  const watched = startProgram(folder, ['--watch', '--import', '@lab/observe/auto', 'app.mjs'], {
    PORT: String(port),
    OTEL_EXPORTER_PROMETHEUS_PORT: String(admin),
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
  })
  cleanUp.push(() => {
    // Unlike SIGKILL, it reaches the watched process too.
    watched.kill('SIGTERM')
    return watched.ended
  })
  const requests = async () => {
    const families = parseMetrics(await (await fetch(`http://localhost:${admin}/metrics`)).text(), 'text')
    return sampleValue(families, 'http_server_request_duration_seconds_count', { http_request_method: 'GET' })
  }
  const request = async () => (await sendRequest(`http://127.0.0.1:${port}`, { path: '/' })).text.split('\r\n').at(-1)
  const processes = () => new Set(receiver.spans.map(({ resource }) => String(Object.entries(resource ?? {}))))

  await watched.printed('listening one')
  for (let count = 0; count < 3; count += 1) await request()
  await expect.poll(requests).toBe(3)
  await expect.poll(() => receiver.spans.length).toBe(3)

  writeFileSync(join(folder, 'app.mjs'), program('two'))
  await watched.printed('listening two')
  expect(await request()).toContain('two')
  await expect.poll(requests).toBe(1)
  await expect.poll(() => receiver.spans.length).toBe(4)
  expect(processes().size).toBe(2)
  expect(watched.lines().filter(({ level }) => level !== 'info')).toEqual([])
})
