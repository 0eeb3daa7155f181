/**
 * The package within bundles: a service of one file, made by esbuild and by Vite, tells all three signals and loses nothing when
 * it leaves; and what is imported for nothing is not in the bundle.
 */
import { execFile } from 'node:child_process'
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Receiver, startReceiver } from '@lab/test-kit/otlp-receiver'
import { build as esbuild } from 'esbuild'
import { build as vite } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Consumer, createConsumer } from './consumer.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

let consumer: Consumer
let receiver: Receiver

beforeAll(async () => {
  consumer = await createConsumer()
})
afterAll(() => consumer.remove())
beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(() => receiver.close())

/** As docs/bundlers.md has it: pino is CommonJS and requires modules of Node. */
const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"

interface Bundler {
  name: string
  /** Bundles `entry` with all that it imports; gives the file. */
  bundle(entry: string): Promise<string>
}

function withEsbuild(format: 'esm' | 'cjs', banner: string): Bundler {
  return {
    name: `esbuild, ${format}`,
    async bundle(entry) {
      const outfile = join(consumer.folder, 'out', format === 'esm' ? 'bundle.mjs' : 'bundle.cjs')
      const options = { bundle: true, platform: 'node', target: 'node22', logLevel: 'silent' } as const
      const { warnings } = await esbuild({ ...options, entryPoints: [entry], format, outfile, banner: { js: banner } })
      expect(warnings).toEqual([])
      return outfile
    },
  }
}

const withVite: Bundler = {
  name: 'Vite, for the server',
  async bundle(entry) {
    const outDir = join(consumer.folder, 'out')
    const options = { root: consumer.folder, configFile: false, logLevel: 'error' } as const
    await vite({ ...options, ssr: { noExternal: true }, build: { ssr: entry, outDir, target: 'node22' } })
    return join(outDir, readdirSync(outDir)[0] ?? 'nothing')
  },
}

describe.each([withEsbuild('esm', REQUIRE), withEsbuild('cjs', ''), withVite])('$name', ({ bundle }) => {
  afterEach(() => rmSync(join(consumer.folder, 'out'), { recursive: true }))

  /** Where nothing is installed, so that the bundle is all there is. */
  async function alone(entry: string): Promise<string> {
    const file = await bundle(join(consumer.folder, entry))
    const copy = join(consumer.folder, '..', `observe-bundle-${process.pid}-${file.split('/').at(-1)}`)
    copyFileSync(file, copy)
    return copy
  }

  test('tells a request by all three signals, and delivers on process.exit()', async () => {
    const program = await alone('bundled.mjs')
    const { code, stdout, stderr } = await run(program)
    rmSync(program)
    expect(code).toBe(3)
    const line = stdout
      .split('\n')
      .flatMap((text) => (text === '' ? [] : [JSON.parse(text)]))
      .find(({ msg }) => msg === 'request completed')
    expect(line).toMatchObject({ service: 'bundled', route: '/greetings/:name', status: 200 })
    expect(receiver.spans.map(({ name }) => name).sort()).toEqual(['GET', 'GET /greetings/:name'])
    expect(receiver.spans.map(({ traceId }) => traceId)).toContain(line.trace_id)
    expect(stderr).toMatch(/^http_server_request_duration_seconds_count\{.*http_route="\/greetings\/:name".*\} 1$/m)
  })

  test('keeps what observes by being imported, and drops what is imported for nothing', async () => {
    writeFileSync(join(consumer.folder, 'auto.mjs'), "import '@lab/observe/auto'")
    writeFileSync(
      join(consumer.folder, 'unused.mjs'),
      "import { observe } from '@lab/observe'\nimport { observeKoa } from '@lab/observe/koa'",
    )
    expect(readFileSync(await bundle(join(consumer.folder, 'auto.mjs')), 'utf8')).toMatch(/isMainThread/)
    rmSync(join(consumer.folder, 'out'), { recursive: true })
    expect(readFileSync(await bundle(join(consumer.folder, 'unused.mjs')), 'utf8').length).toBeLessThan(500)
  })
})

function run(program: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }
  return new Promise((resolve) => {
    execFile(process.execPath, [program], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
  })
}
