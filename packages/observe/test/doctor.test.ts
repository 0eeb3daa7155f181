/**
 * `npx @lab/observe doctor`, run as a stranger would run it: a process of its own in a folder of its own, against a real
 * receiver and against everything that can stand in its place.
 */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createRequire } from 'node:module'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '@lab/test-kit/free-port'
import { NO_LISTENER_URL, type Receiver, startReceiver } from '@lab/test-kit/otlp-receiver'
import { generate } from 'selfsigned'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { adminListener, createObserve } from '../src/index.ts'

const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url))
const opened: Server[] = []
let receiver: Receiver
let folder: string

beforeEach(async () => {
  receiver = await startReceiver()
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'observe-doctor-')))
  write('package.json', { name: 'orders', version: '1.2.0', dependencies: { '@lab/observe': '*' } })
  library('node_modules/@lab/observe')
})
afterEach(async () => {
  for (const server of opened.splice(0)) server.close()
  await receiver.close()
  rmSync(folder, { recursive: true })
})

function write(path: string, content: object): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), JSON.stringify(content))
}

/** A package in node_modules; its name is the end of its path. */
function installed(path: string, version: string, dependencies: Record<string, string> = {}): void {
  write(`${path}/package.json`, { name: path.split('node_modules/').at(-1), version, dependencies })
}

/** This library with a copy of the API of its own version next to it. */
function library(path: string, version = '0.0.0'): void {
  installed(path, version, { '@opentelemetry/api': '1.10.0' })
  installed(`${path.slice(0, path.lastIndexOf('@lab'))}@opentelemetry/api`, '1.10.0')
}

async function listening(server: Server, port = 0): Promise<number> {
  opened.push(server)
  await once(server.listen(port, '127.0.0.1'), 'listening')
  return (server.address() as AddressInfo).port
}

interface Output {
  code: number
  /** In one line, as wrapping does not matter. */
  text: string
  raw: string
}

function doctor(env: Record<string, string> = {}, options: string[] = []): Promise<Output> {
  const args = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning', cli, 'doctor', ...options]
  const all = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
    OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    ...env,
  }
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      args,
      { cwd: folder, env: { PATH: process.env.PATH, ...all } },
      (error, stdout, stderr) => {
        const raw = stdout + stderr
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, raw, text: raw.replace(/\s+/g, ' ') })
      },
    )
  })
}

const EVERYTHING = { OTEL_METRICS_EXPORTER: 'prometheus,otlp', OTEL_LOGS_EXPORTER: 'otlp' }

describe('where all is well', () => {
  test('delivers a span, a log line and a metric, and exits 0', async () => {
    const { code, text } = await doctor(EVERYTHING)
    expect(text).toContain('All is well.')
    expect(code).toBe(0)
    expect(receiver.spans).toMatchObject([{ name: 'observe doctor', resource: { 'service.name': 'orders' } }])
    expect(receiver.logs).toMatchObject([{ body: 'a test line of observe doctor' }])
    expect(receiver.logs[0]?.traceId).toBe(receiver.spans[0]?.traceId)
    expect(receiver.metrics).toMatchObject([{ name: 'observe.doctor', sum: { dataPoints: [{ asDouble: 1 }] } }])
    expect(text).toContain(
      `a test span (trace ${receiver.spans[0]?.traceId}) was accepted by ${receiver.url}/v1/traces`,
    )
  })

  test('sends nothing that the service would not send', async () => {
    const { code, text } = await doctor({ OTEL_TRACES_EXPORTER: 'none' })
    expect(code).toBe(0)
    expect(receiver.requests).toBe(0)
    expect(text).toContain('spans are not sent')
  })

  test('tells the same to a machine', async () => {
    const { code, raw } = await doctor({}, ['--json'])
    expect(code).toBe(0)
    expect(JSON.parse(raw)).toMatchObject({
      ok: true,
      sections: expect.arrayContaining([expect.objectContaining({ title: 'Versions' })]),
    })
  })
})

describe('configuration', () => {
  test('names what set each value', async () => {
    const { text } = await doctor({
      OTEL_SERVICE_NAME: 'shop',
      OTEL_BSP_MAX_QUEUE_SIZE: '99',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=prod',
    })
    expect(text).toContain('service shop (OTEL_SERVICE_NAME)')
    expect(text).toContain('version 1.2.0 (package.json)')
    expect(text).toContain('environment prod (deployment.environment.name in OTEL_RESOURCE_ATTRIBUTES)')
    expect(text).toContain(`endpoint ${receiver.url}/v1/traces (OTEL_EXPORTER_OTLP_ENDPOINT)`)
    expect(text).toContain('queue 99 records (OTEL_BSP_MAX_QUEUE_SIZE)')
    expect(text).toContain('log.level info (default)')
  })

  test('names no file that says nothing', async () => {
    write('package.json', { dependencies: {} })
    const { text } = await doctor()
    expect(text).toContain('service unknown_service:node (default)')
    expect(text).toContain('version none (default)')
  })

  test('says which value is not understood and which variable is not read', async () => {
    const { code, text } = await doctor({
      OTEL_TRACES_EXPORTER: 'zipkin',
      OTEL_SERVCE_NAME: 'shop',
      OTEL_CONFIG_FILE: '/sdk.yaml',
    })
    expect(code).toBe(1)
    expect(text).toContain('OTEL_TRACES_EXPORTER=zipkin is not understood, "otlp" is used; expected one of otlp, none')
    expect(text).toContain('(default, for OTEL_TRACES_EXPORTER is not understood)')
    expect(text).toContain(
      'OTEL_SERVCE_NAME is set, but @lab/observe does not read it → Did you mean OTEL_SERVICE_NAME?',
    )
    expect(text).toContain('OTEL_CONFIG_FILE is set, but has no effect')
  })

  test('shows no secret', async () => {
    receiver.answer = { status: 401, body: 'the token t0psecret is unknown' }
    const { text } = await doctor({ OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20t0psecret' })
    expect(text).toContain('headers authorization (OTEL_EXPORTER_OTLP_HEADERS)')
    expect(text).toContain('the token [redacted] is unknown')
    expect(text).not.toContain('t0psecret')
  })
})

describe('an endpoint that does not take what is sent', () => {
  test('refused', async () => {
    const { code, text } = await doctor({ OTEL_EXPORTER_OTLP_ENDPOINT: NO_LISTENER_URL })
    expect(code).toBe(1)
    expect(text).toContain('127.0.0.1:1 refuses connections: nothing listens there → Start what takes OTLP there')
  })

  test('unknown to DNS', async () => {
    const { code, text } = await doctor({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.invalid:4318' })
    expect(code).toBe(1)
    expect(text).toContain('DNS does not know "collector.invalid"')
  })

  test('silent', async () => {
    const port = await listening(createServer(() => undefined))
    const { code, text } = await doctor({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_TIMEOUT: '300',
    })
    expect(code).toBe(1)
    expect(text).toContain('does not answer (ETIMEDOUT: no answer within 300 ms)')
  })

  test('without TLS where https:// says so', async () => {
    const { code, text } = await doctor({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url.replace('http:', 'https:') })
    expect(code).toBe(1)
    expect(text).toMatch(/does not speak TLS .* → Begin OTEL_EXPORTER_OTLP_ENDPOINT with http:\/\//)
  })

  test('with a certificate that no authority has signed', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }])
    const port = await listening(createHttpsServer({ key, cert }))
    const { code, text } = await doctor({ OTEL_EXPORTER_OTLP_ENDPOINT: `https://127.0.0.1:${port}` })
    expect(code).toBe(1)
    expect(text).toMatch(/the certificate of 127\.0\.0\.1:\d+ is not accepted \(\w+: .*\) → Set NODE_EXTRA_CA_CERTS=/)
  })

  test('speaking something else', async () => {
    const port = await listening(
      createServer((socket) => void socket.on('error', () => undefined).end('\x00\x00\x12\x04')),
    )
    const { code, text } = await doctor({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` })
    expect(code).toBe(1)
    expect(text).toMatch(/does not speak HTTP\/1\.1 .* → Port 4317 is usually gRPC/)
  })

  test.each([
    [401, 'no token', 'HTTP 401: no token → Put the token into OTEL_EXPORTER_OTLP_HEADERS'],
    [404, '<h1>Not Found</h1>', 'HTTP 404: Not Found → Nothing takes OTLP at this path'],
    [415, 'json only', 'HTTP 415: json only → The backend does not take protobuf'],
    [503, 'starting', 'HTTP 503: starting → The backend is overloaded or starting'],
  ])('answering %i', async (status, body, expected) => {
    receiver.answer = { status, body }
    const { code, text } = await doctor()
    expect(code).toBe(1)
    expect(text).toContain(expected)
  })

  test('accepting in part', async () => {
    receiver.answer = { status: 200, rejected: 1, reason: 'span is too old' }
    const { code, text } = await doctor()
    expect(code).toBe(1)
    expect(text).toContain('partial success: it rejected the test span')
    expect(text).toContain('span is too old')
  })
})

describe('the admin port', () => {
  /** A service that answers /metrics; gives its port. */
  async function service(name: string): Promise<number> {
    const obs = createObserve({ service: name, traces: false, log: { level: 'silent' } })
    return listening(createHttpServer(adminListener(obs)))
  }

  test('is free', async () => {
    const port = await freePort()
    const { code, text } = await doctor({ OTEL_EXPORTER_PROMETHEUS_PORT: String(port) })
    expect(code).toBe(0)
    expect(text).toContain(`127.0.0.1:${port} is free for a service to start`)
  })

  test('is answered by the service itself', async () => {
    const port = await service('orders')
    const { code, text } = await doctor({ OTEL_EXPORTER_PROMETHEUS_PORT: String(port) })
    expect(code).toBe(0)
    expect(text).toMatch(/answers: "orders", process \d+ .*, \d+ series, well-formed/)
    expect(text).toContain(`process ${process.pid} `)
    expect(text).toContain('requests it has measured: 0')
  })

  test('is taken by another service', async () => {
    const port = await service('payments')
    const { code, text } = await doctor({ OTEL_EXPORTER_PROMETHEUS_PORT: String(port) })
    expect(code).toBe(0)
    expect(text).toContain(`port ${port} is taken by the service "payments", process ${process.pid}`)
    expect(text).toContain('If that is not this service, this one goes on without /metrics. Set OTEL_EXPORTER_PROM')
  })

  test('is taken by something without readable metrics', async () => {
    const port = await listening(createHttpServer((_request, response) => void response.end('hello')))
    const { code, text } = await doctor({ OTEL_EXPORTER_PROMETHEUS_PORT: String(port) })
    expect(code).toBe(1)
    expect(text).toContain('cannot be read: "hello" is no line of Prometheus text')
  })

  test('belongs to another machine', async () => {
    const { code, text } = await doctor({
      OTEL_EXPORTER_PROMETHEUS_HOST: '192.0.2.1',
      OTEL_EXPORTER_PROMETHEUS_PORT: '9464',
    })
    expect(code).toBe(1)
    expect(text).toMatch(/no service can listen on 192\.0\.2\.1:9464: .*EADDRNOTAVAIL/)
  })
})

describe('what is installed', () => {
  test('a newer copy of the API, as npm nests it', async () => {
    write('package.json', { name: 'orders', dependencies: { '@lab/observe': '*', instrumented: '*' } })
    installed('node_modules/instrumented', '3.0.0', { '@opentelemetry/api': '^1.11.0' })
    installed('node_modules/instrumented/node_modules/@opentelemetry/api', '1.11.0')
    const { code, text } = await doctor()
    expect(code).toBe(1)
    expect(text).toContain(
      'a second copy of @opentelemetry/api: 1.11.0 in node_modules/instrumented/node_modules/@opentelemetry/api, for instrumented; @lab/observe registers with 1.10.0. To that copy nothing is registered',
    )
    expect(text).toContain('Make it one copy, 1.10.0')
  })

  test('an older copy of the API, as pnpm links it', async () => {
    write('package.json', { name: 'orders', dependencies: { '@lab/observe': '*', instrumented: '*' } })
    const store = 'node_modules/.pnpm'
    installed(`${store}/instrumented@3.0.0/node_modules/instrumented`, '3.0.0', { '@opentelemetry/api': '1.4.0' })
    installed(`${store}/@opentelemetry+api@1.4.0/node_modules/@opentelemetry/api`, '1.4.0')
    mkdirSync(join(folder, store, 'instrumented@3.0.0/node_modules/@opentelemetry'))
    symlinkSync(
      join(folder, store, '@opentelemetry+api@1.4.0/node_modules/@opentelemetry/api'),
      join(folder, store, 'instrumented@3.0.0/node_modules/@opentelemetry/api'),
    )
    symlinkSync(
      join(folder, store, 'instrumented@3.0.0/node_modules/instrumented'),
      join(folder, 'node_modules/instrumented'),
    )
    const { code, text } = await doctor()
    expect(code).toBe(0)
    expect(text).toContain('a second copy of @opentelemetry/api: 1.4.0')
    expect(text).toContain('An older copy finds what a newer one registered: it works.')
  })

  test("copies of the API in a lockfile of Yarn Plug'n'Play", async () => {
    rmSync(join(folder, 'node_modules'), { recursive: true })
    writeFileSync(join(folder, '.pnp.cjs'), '')
    const entries = ['@lab/observe@npm:0.0.0', '@opentelemetry/api@npm:1.10.0', '@opentelemetry/api@npm:2.0.0']
    writeFileSync(
      join(folder, 'yarn.lock'),
      entries.map((entry) => `"${entry}":\n  resolution: "${entry}"\n`).join('\n'),
    )
    const { code, text } = await doctor()
    expect(code).toBe(1)
    expect(text).toContain('a second copy of @opentelemetry/api: 2.0.0')
  })

  test('one copy of everything', async () => {
    const { text } = await doctor()
    expect(text).toContain('one copy of @opentelemetry/api, 1.10.0')
    expect(text).toContain('no other package registers globals')
  })

  test('two copies of the library', async () => {
    write('package.json', { name: 'orders', dependencies: { '@lab/observe': '*', plugin: '*' } })
    installed('node_modules/plugin', '1.0.0', { '@lab/observe': '*' })
    library('node_modules/plugin/node_modules/@lab/observe', '0.0.1')
    const { code, text } = await doctor()
    expect(code).toBe(1)
    expect(text).toContain('2 copies of @lab/observe')
  })

  test('nothing of the library', async () => {
    rmSync(join(folder, 'node_modules'), { recursive: true })
    const { code, text } = await doctor()
    expect(code).toBe(0)
    expect(text).toContain(`@lab/observe is not installed in ${folder}`)
  })

  test('another agent', async () => {
    write('package.json', { name: 'orders', dependencies: { '@lab/observe': '*', 'dd-trace': '*' } })
    installed('node_modules/dd-trace', '6.0.0')
    const { code, text } = await doctor()
    expect(code).toBe(0)
    expect(text).toContain('dd-trace 6.0.0 (Datadog) is installed, for orders')
    expect(text).toContain('Signals arrive; 1 warning: see ! above.')
  })

  test('another agent that is loaded before the program', async () => {
    const start = 'node --import @opentelemetry/auto-instrumentations-node/register app.js'
    write('package.json', { name: 'orders', dependencies: { '@lab/observe': '*' }, scripts: { start } })
    const { code, text } = await doctor()
    expect(code).toBe(1)
    expect(text).toContain(
      'the script "start" loads @opentelemetry/auto-instrumentations-node/register before the program',
    )
  })
})

describe('what NODE_OPTIONS load', () => {
  test('a module', async () => {
    writeFileSync(join(folder, 'first.cjs'), '')
    const { code, text } = await doctor({ NODE_OPTIONS: `--require ${folder}/first.cjs` })
    expect(code).toBe(0)
    expect(text).toContain(`NODE_OPTIONS loads ${folder}/first.cjs before the program`)
  })

  test('who registers globals', async () => {
    const api = JSON.stringify(createRequire(import.meta.url).resolve('@opentelemetry/api'))
    const provider = '{ getTracer: () => ({}) }'
    writeFileSync(join(folder, 'sdk.cjs'), `require(${api}).trace.setGlobalTracerProvider(${provider})`)
    const { code, text } = await doctor({ NODE_OPTIONS: `--require ${folder}/sdk.cjs` })
    expect(code).toBe(1)
    expect(text).toMatch(/registered OpenTelemetry's globals \(API 1\.\d+\.\d+\): trace → Keep one of the two/)
  })

  test('the library itself', async () => {
    const auto = fileURLToPath(new URL('../src/auto.ts', import.meta.url))
    const { code, text } = await doctor({ NODE_OPTIONS: `--experimental-strip-types --import ${auto}` })
    expect(code).toBe(0)
    expect(text).toContain('NODE_OPTIONS load @lab/observe/auto: no code is needed')
    expect(text).not.toContain("registered OpenTelemetry's globals")
  })
})

test('says how it is called when it is called wrongly', async () => {
  const { code, text } = await doctor({}, ['--colour'])
  expect(code).toBe(2)
  expect(text).toContain("Unknown option '--colour'")
  expect(text).toContain('Usage: npx @lab/observe doctor [--json]')
})
