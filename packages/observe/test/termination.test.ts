/**
 * SIGTERM with a handler of the user's, and in process 1 of a container: the process ends as it would have without the
 * library, and until then it is observed and not ready.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { freePort } from '@lab/test-kit/free-port'
import { type Receiver, startReceiver } from '@lab/test-kit/otlp-receiver'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Program, startProgram } from './program.ts'

const folder = fileURLToPath(new URL('programs', import.meta.url))
const args = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning', 'termination.ts']
const hasNamespaces = spawnSync('unshare', ['--pid', '--fork', 'true']).status === 0
let receiver: Receiver

beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(() => receiver.close())

async function start(handler: string, namespace = false): Promise<{ program: Program; admin: string }> {
  const port = await freePort()
  const command = namespace
    ? [
        '-e',
        `require('node:child_process').spawn('unshare', ['--pid', '--fork', '--kill-child', process.execPath, ...${JSON.stringify([...args, handler])}], { stdio: 'inherit' })`,
      ]
    : [...args, handler]
  const program = startProgram(folder, command, {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
  })
  await program.printed('ready')
  return { program, admin: `http://localhost:${port}` }
}

async function readiness(admin: string) {
  return (await fetch(`${admin}/readyz`)).status
}

test.each(['on', 'once', 'prependOnceListener'])(
  'a handler added by %s finishes; meanwhile it is not ready',
  async (how) => {
    const { program, admin } = await start(how)
    await expect.poll(() => readiness(admin)).toBe(200)
    program.kill('SIGTERM')
    await program.printed('handling')
    expect(await readiness(admin)).toBe(503)
    await fetch(`${admin}/healthz`)
    program.kill('SIGINT')
    expect(await program.ended).toEqual({ code: 7, signal: null })
    expect(receiver.spans.map(({ name }) => name)).toContain('while draining')
  },
)

test('a handler for SIGINT that does not end the process leaves it ready', async () => {
  const { program, admin } = await start('interrupt')
  await expect.poll(() => readiness(admin)).toBe(200)
  program.kill('SIGINT')
  await program.printed('handling')
  expect(await readiness(admin)).toBe(200)
  program.kill('SIGKILL')
  await program.ended
})

test.runIf(hasNamespaces)('process 1 without a handler goes on, observed and not ready, and says why', async () => {
  const { program, admin } = await start('none', true)
  await expect.poll(() => readiness(admin)).toBe(200)
  const pid = processIn(program.output())
  process.kill(pid, 'SIGTERM')
  await program.printed('docker run --init')
  expect(await readiness(admin)).toBe(503)
  await expect.poll(() => receiver.spans.filter(({ name }) => name === 'tick').length).toBeGreaterThan(0)
  const before = receiver.spans.length
  await expect.poll(() => receiver.spans.length, { timeout: 5000 }).toBeGreaterThan(before)
  process.kill(pid, 'SIGKILL')
  await program.ended
})

/** The number outside of the namespace of the process that printed its command line's mark. */
function processIn(output: string): number {
  const mark = /mark (\d+)/.exec(output)?.[1] ?? 'none'
  const found = readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false
    try {
      const status = readFileSync(`/proc/${name}/status`, 'utf8')
      return (
        /^NSpid:\s+\d+\s+1$/m.test(status) &&
        readFileSync(`/proc/${name}/environ`, 'utf8').includes(`PROMETHEUS_PORT=${mark}`)
      )
    } catch {
      return false
    }
  })
  return Number(found[0])
}
