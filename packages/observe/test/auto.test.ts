/**
 * `node --import @lab/observe/auto`: nothing happens in a process that serves nothing, package managers take no port, the service has its
 * own name, and an `observe()` in the code takes over.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { startProgram } from './program.ts'

const AUTO = new URL('../src/auto.ts', import.meta.url).href
const FLAGS = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning']
const INDEX = new URL('../src/index.ts', import.meta.url).href
const ENV = { OTEL_EXPORTER_PROMETHEUS_PORT: '0', LOG_LEVEL: 'debug', OTEL_TRACES_EXPORTER: 'none' }

/** Answers one request to itself and ends. */
const SERVE = `
  import { createServer } from 'node:http'
  const server = createServer((request, response) => response.end('hello')).listen(0, '127.0.0.1', async () => {
    await (await fetch('http://127.0.0.1:' + server.address().port)).text()
    server.close()
  })
`
/** Says how many handlers there are for the signals that end a process. */
const COUNT = "console.log('handlers', process.listenerCount('SIGTERM'), process.listenerCount('SIGINT'))"

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

async function run(files: Record<string, string>, program: string, env: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'observe-auto-'))
  folders.push(folder)
  for (const [path, text] of Object.entries({ 'package.json': '{"name":"shop"}', ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const started = startProgram(folder, [...FLAGS, '--import', AUTO, program], { ...ENV, ...env })
  const { code } = await started.ended
  expect(code, started.output()).toBe(0)
  return { output: started.output(), lines: started.lines() }
}

function requestLines(lines: Record<string, unknown>[]): Record<string, unknown>[] {
  return lines.filter(({ msg }) => msg === 'request completed')
}

test('a program that serves and calls nothing: no line, no port, no signal handler, even with warnings to give', async () => {
  const { output } = await run({ 'build.mjs': COUNT }, 'build.mjs', { OTEL_BSP_MAX_QUEUE_SIZE: 'many' })
  expect(output).toBe('handlers 0 0\n')
})

test('a server is observed from its first request on, with the warnings', async () => {
  const { lines } = await run({ 'app.mjs': SERVE + COUNT }, 'app.mjs', { OTEL_BSP_MAX_QUEUE_SIZE: 'many' })
  expect(requestLines(lines)).toMatchObject([{ service: 'shop', status: 200 }])
  expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
})

test.each([
  'node_modules/npm/bin/npm-cli.mjs',
  'node_modules/tsx/dist/cli.mjs',
  'node_modules/nodemon/bin/nodemon.mjs',
])('%s is left alone, whatever it listens on', async (program) => {
  const { output } = await run({ [program]: SERVE + COUNT }, program)
  expect(output).toBe('handlers 0 0\n')
})

test('a command of a dependency has the name of the folder that it is started in', async () => {
  const next = { 'node_modules/next/package.json': '{"name":"next"}', 'node_modules/next/bin/next.mjs': SERVE }
  const { lines } = await run(next, 'node_modules/next/bin/next.mjs')
  expect(requestLines(lines)).toMatchObject([{ service: 'shop' }])
})

test("pm2's container has the name of what it runs", async () => {
  const container = 'node_modules/pm2/lib/ProcessContainerFork.js'
  const files = { [container]: 'import(process.env.pm_exec_path)', 'node_modules/pm2/package.json': '{"name":"pm2"}' }
  const shop = { 'shop/package.json': '{"name":"billing"}', 'shop/app.mjs': SERVE }
  const folder = mkdtempSync(join(tmpdir(), 'observe-pm2-'))
  folders.push(folder)
  for (const [path, text] of Object.entries(shop)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const { lines } = await run(files, container, { pm_exec_path: join(folder, 'shop/app.mjs') })
  expect(requestLines(lines)).toMatchObject([{ service: 'billing' }])
})

test('an observe() in the code takes the place of auto, with its options', async () => {
  const code = `import { observe } from '${INDEX}'; observe({ service: 'in-code' }); ${SERVE}`
  const { lines } = await run({ 'app.mjs': code }, 'app.mjs')
  expect(requestLines(lines)).toMatchObject([{ service: 'in-code' }])
  expect(lines.filter(({ level }) => level === 'warn')).toEqual([])
})

test('an observe() that comes too late gets the instance in use, and one line says which options have no effect', async () => {
  const late = `import('${INDEX}').then(({ observe }) => observe({ service: 'late' }).log.info('mine'))`
  const { lines } = await run({ 'app.mjs': `${SERVE}.on('listening', () => ${late})` }, 'app.mjs')
  expect(requestLines(lines)).toMatchObject([{ service: 'shop' }])
  expect(lines.filter(({ msg }) => msg === 'mine')).toMatchObject([{ service: 'shop' }])
  expect(lines.filter(({ level }) => level === 'warn')).toMatchObject([
    { msg: expect.stringMatching(/after @lab\/observe\/auto was in use; service without effect/) },
  ])
})
