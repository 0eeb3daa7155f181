/**
 * The README's first two minutes, word for word: its code in an empty folder with the packed package, its commands one after
 * the other, and the console, which is the backend that it names. Only ports are others, so that no other program is in the way.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort } from '@lab/test-kit/free-port'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { commands, service } from '../first-minutes.ts'
import { type Program, startProgram } from '../program.ts'
import { type Consumer, createConsumer, link } from './consumer.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const consoleProgram = fileURLToPath(new URL('../../../console/dist/cli.js', import.meta.url))
const data = mkdtempSync(join(tmpdir(), 'observe-readme-console-'))

/** The port that stands for each one of the README. */
const ports: Record<number, number> = {}
const running: Program[] = []
let consumer: Consumer

beforeAll(async () => {
  for (const port of [3000, 4300, 4318, 9464]) ports[port] = await freePort()
  consumer = await createConsumer()
  // npm would put the framework there; the library is there already, from its tarball.
  link(consumer, 'express')
})
afterAll(() => {
  for (const program of running) program.kill()
  consumer.remove()
  rmSync(data, { recursive: true })
})

/** What each command of the README does, and what it says. */
async function follow(command: string): Promise<string> {
  const [, assignments = '', rest = ''] = /^((?:\w+=\S* )*)(.*)$/.exec(command) ?? []
  const env: Record<string, string> = {
    PORT: String(ports[3000]),
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${ports[4318]}`,
    OTEL_EXPORTER_PROMETHEUS_PORT: String(ports[9464]),
    ...Object.fromEntries(
      assignments
        .trim()
        .split(' ')
        .map((pair) => pair.split('=', 2)),
    ),
  }
  const [program = '', ...args] = rest.split(' ')
  if (rest === 'npx @lab/observe-console') {
    const options = ['--port', String(ports[4300]), '--otlp-port', String(ports[4318]), '--data', data]
    const started = startProgram(consumer.folder, [consoleProgram, ...options], env)
    running.push(started)
    await started.printed(String(ports[4300]))
    return ''
  }
  if (program === 'npx' && args.shift() === '@lab/observe') {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(consumer.folder, 'node_modules/@lab/observe/dist/cli.js'), ...args],
      { cwd: consumer.folder, env: { ...process.env, ...env } },
    )
    return stdout
  }
  if (program === 'node') {
    running.push(startProgram(consumer.folder, args, env))
    return ''
  }
  if (program === 'curl') return get(args[0] ?? '')
  throw new Error(`the README has a command that this test does not know: ${command}`)
}

/** Repeats a request until it is answered, as a user does who has just started test. */
async function get(url: string): Promise<string> {
  const moved = url.replace(/:(\d+)/, (_, port: string) => `:${ports[Number(port)]}`)
  return vi.waitFor(async () => (await fetch(moved)).text(), { timeout: 60_000, interval: 50 })
}

test('shows the traffic of the first service', async () => {
  writeFileSync(join(consumer.folder, service.file), service.code)
  const [install, ...others] = commands
  expect(install).toBe('npm install @lab/observe express')
  const said = new Map<string, string>()
  for (const command of others) said.set(command, await follow(command))

  expect(said.get('curl http://localhost:3000/users/7')).toBe('{"id":"7"}')
  expect(said.get('curl http://localhost:9464/metrics')).toMatch(
    /^http_server_request_duration_seconds_count\{.*http_route="\/users\/:id".*\} 1$/m,
  )
  expect(said.get('npx @lab/observe doctor')).toContain('All is well.')

  const api = 'http://localhost:4300/api'
  await vi.waitFor(async () => expect(await get(`${api}/traces`)).toContain('"name":"GET /users/:id"'), 60_000)
  const { traces } = JSON.parse(await get(`${api}/traces?q=service:users`))
  const trace = traces.find(({ name }: { name: string }) => name === 'GET /users/:id')
  expect(trace).toMatchObject({ service: 'users', route: 'GET /users/:id', errors: 0 })
  await vi.waitFor(async () => {
    const { logs } = JSON.parse(await get(`${api}/logs?q=trace:${trace.traceId}`))
    expect(logs.map(({ body }: { body: string }) => body).sort()).toEqual(['looked up', 'request completed'])
  }, 60_000)
})
