/**
 * Every example, as a user has it: copied into a folder of its own with the built package and its framework, started
 * as its first line says, and asked once. Its span, its measurement and its log line have to agree on the route.
 */
import { execFile } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort } from '@lab/test-kit/free-port'
import { type Receiver, startReceiver } from '@lab/test-kit/otlp-receiver'
import ts from 'typescript'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { frameworks } from '../frameworks/frameworks.ts'
import manifest from '../package.json' with { type: 'json' }
import { type Program, startProgram } from './program.ts'
import { parseMetrics } from './strict-metrics.ts'

const run = promisify(execFile)
const library = fileURLToPath(new URL('..', import.meta.url))
const examples = readdirSync(join(library, 'examples')).filter((name) => !name.includes('.test.'))

/** Options of Node.js by which an example is started. */
const OPTIONS: Record<string, string[]> = { 'zero-code.mjs': ['--import', '@lab/observe/auto'] }
const routes: Record<string, string> = Object.assign({}, ...frameworks.map(({ exampleRoutes }) => exampleRoutes))

let folder: string
let receiver: Receiver
let program: Program | undefined

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'observe-examples-')))
  writeFileSync(join(folder, 'package.json'), '{ "name": "users", "type": "module" }')
  link(manifest.name, library)
  for (const name of Object.keys(manifest.devDependencies)) link(name, join(library, 'node_modules', name))
  for (const name of readdirSync(join(library, 'examples'))) {
    const source = readFileSync(join(library, 'examples', name), 'utf8')
    if (name.endsWith('.ts')) writeFileSync(join(folder, name.replace(/\.ts$/, '.mjs')), compiled(source))
    else writeFileSync(join(folder, name), source)
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(async () => {
  program?.kill()
  await receiver.close()
})

function link(name: string, target: string): void {
  const path = join(folder, 'node_modules', name)
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(target, path)
}

/** As a Nest app is compiled. */
function compiled(source: string): string {
  const how = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 }
  const compilerOptions = { ...how, experimentalDecorators: true, emitDecoratorMetadata: true }
  return ts.transpileModule(source, { compilerOptions }).outputText
}

describe.each(examples)('%s', (name) => {
  test('serves a request and tells its route by all three signals', async () => {
    const route = routes[name] ?? '/users/:id'
    const [port, metricsPort] = [await freePort(), await freePort()]
    const env = {
      PORT: String(port),
      OTEL_EXPORTER_PROMETHEUS_PORT: String(metricsPort),
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    }
    program = startProgram(folder, [...(OPTIONS[name] ?? []), name.replace(/\.ts$/, '.mjs')], env)
    await program.printed('listening')
    expect(await (await fetch(`http://localhost:${port}/users/7`)).json()).toEqual({ id: '7' })
    await program.printed('request completed')
    const line = program.lines().find(({ msg }) => msg === 'request completed')
    expect(line).toMatchObject({ service: 'users', method: 'GET', route, path: '/users/7', status: 200 })
    await expect
      .poll(() => receiver.spans)
      .toMatchObject([
        {
          name: `GET ${route}`,
          traceId: line?.trace_id,
          attributes: { 'http.route': route },
          resource: { 'service.name': 'users' },
        },
      ])
    const families = parseMetrics(await (await fetch(`http://localhost:${metricsPort}/metrics`)).text(), 'text')
    const counts = families
      .get('http_server_request_duration_seconds')
      ?.samples.filter(({ name }) => name.endsWith('_count'))
    expect(counts).toMatchObject([{ labels: { http_route: route, http_response_status_code: '200' }, value: 1 }])
  })
})

test('users.test.mjs passes', async () => {
  const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap', 'users.test.mjs'], {
    cwd: folder,
    env: { PATH: process.env.PATH },
  })
  expect(stdout).toMatch(/^# pass 3$/m)
})
