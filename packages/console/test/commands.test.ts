/**
 * The commands: reports in the terminal against a running console or its data folder, and a program that is run with the console.
 */

import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { sendFault } from './faults.ts'
import { newFolder, runConsole, spawnConsole } from './running-console.ts'
import { journey, requestsOf } from './shop.ts'

const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url))

/** What a command prints. Rejects where it does not exit with 0. */
async function run(...words: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...words])
  return stdout
}

/** The command that an answer names first as going deeper, as its words. */
function deeper(text: string): string[] {
  const line = text.split('\nDeeper:\n')[1]?.split('\n')[0]?.split('    #')[0] ?? ''
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
  return words.slice(1)
}

test('each answer names the command that goes deeper, down to the line that failed', async () => {
  const data = newFolder()
  const running = await runConsole({ data })
  await sendFault(running, 'failing payment', Date.now())
  const services = await run('services', '--data', data, '--since', '30m')
  expect(services).toMatch(/^gateway +\d+ +[\d.]+ +\d+ \(\d+ %\)/m)
  const errors = await run(...deeper(services), '--data', data)
  expect(errors).toMatch(/\d+ x PaymentDeclined in payments, at authorise \(\/shop\/payments\/src\/authorise\.ts:41\)/)
  const trace = await run(...deeper(errors), '--data', data)
  expect(trace).toMatch(/\*! +payments: POST \/authorisations \[server\]/)
  expect(trace).toContain('payment declined')
})

test('a folder is read without a console, and a console by its address', async () => {
  const data = newFolder()
  const running = await runConsole({ data })
  await sendFault(running, 'slow query', Date.now())
  const since = ['--since', '30m']
  const live = [
    await run(
      'traces',
      'service:inventory',
      'duration:>900ms',
      '--url',
      running.url,
      '--limit',
      '3',
      ...since,
      '--json',
    ),
    await run('slow', 'GET /products', '--url', running.url, ...since),
    await run('metrics', 'process.memory.usage', '--url', running.url, ...since),
    await run('logs', 'level:info', '--url', running.url, '--limit', '2', ...since),
  ]
  expect(JSON.parse(live[0] ?? '').traces).toHaveLength(3)
  expect(live[1]).toMatch(/9\d\d ms against [\d.]+ ms +inventory SELECT \* FROM|inventory SELECT \* FROM/)
  expect(live[2]).toContain('process.memory.usage, gauge, value in By')
  expect(live[3]).toMatch(/INFO {2}\w+: /)
  await running.close()
  expect(
    await run('traces', 'service:inventory', 'duration:>900ms', '--data', data, '--limit', '3', ...since, '--json'),
  ).toBe(live[0])
})

test('a console that was killed is not mistaken for one that runs', async () => {
  const data = newFolder()
  const { child } = await spawnConsole({ data })
  child.kill('SIGKILL')
  await new Promise((resolve) => child.once('exit', resolve))
  expect(await run('services', '--data', data)).toContain('Nothing is stored yet.')
})

test('what cannot be answered says why and exits with 1', async () => {
  const data = join(newFolder(), 'none')
  await expect(run('traces', '--data', data)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Start observe-console'),
  })
  const { url } = await runConsole()
  await expect(run('slow', 'GET /nothing', '--url', url)).rejects.toMatchObject({
    stderr: expect.stringContaining('No route "GET /nothing"'),
  })
  await expect(run('logs', '--limit', '7000', '--url', url)).rejects.toMatchObject({
    stderr: expect.stringContaining('from 1 to 100'),
  })
})

/** A program that sends one failed request the way an SDK does, and leaves with a code of its own. */
const program = `
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: protocol, OTEL_LOGS_EXPORTER: logs } = process.env
  const now = Date.now()
  const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name: 'GET /slow', kind: 2, status: { code: 2, message: 'boom' },
    startTimeUnixNano: now + '000000', endTimeUnixNano: (now + 250) + '000000' }
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'my-app' } }] }
  const body = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] })
  const answer = await fetch(endpoint + '/v1/traces', { method: 'POST', body, headers: { 'content-type': 'application/json' } })
  console.log([answer.status, protocol, logs].join(' '))
  process.exitCode = 7`

async function runProgram(...flags: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const file = join(newFolder(), 'app.mjs')
  writeFileSync(file, program)
  const words = [cli, 'run', ...flags, '--', process.execPath, file]
  return promisify(execFile)(process.execPath, words, { env: { ...process.env, OTEL_LOGS_EXPORTER: 'console' } }).then(
    (ended) => ({ code: 0, ...ended }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  )
}

test('run starts a console, lets the program send to it, and sums up', async () => {
  const data = newFolder()
  const { code, stdout, stderr } = await runProgram('--data', data, '--port', '0', '--otlp-port', '0', '--no-grpc-port')
  expect([code, stdout]).toEqual([7, '200 http/protobuf console\n'])
  expect(stderr).toMatch(/The console is at http:\/\/127\.0\.0\.1:\d+/)
  expect(stderr).toContain('1 request, 1 error, from my-app')
  expect(stderr).toMatch(new RegExp(`my-app GET /slow +1 +2\\d\\d ms +http://127.0.0.1:\\d+/trace/${'a'.repeat(32)}`))
  expect(await run('errors', '--data', data)).toContain('boom')
})

test('run finds the console that runs, and leaves it running', async () => {
  const data = newFolder()
  const running = await runConsole({ data })
  const { code, stderr } = await runProgram('--data', data)
  expect(code).toBe(7)
  expect(stderr).toContain(`The console is at ${running.url}`)
  expect((await running.query('/api/services', {})).services.map(({ name }) => name)).toEqual(['my-app'])
})

test('run says what to do where nothing arrived, and where the program cannot be started', async () => {
  const flags = ['--data', newFolder(), '--port', '0', '--otlp-port', '0', '--no-grpc-port']
  const { stderr } = await promisify(execFile)(process.execPath, [
    cli,
    'run',
    ...flags,
    '--',
    process.execPath,
    '-e',
    '0',
  ])
  expect(stderr).toContain('node --import @lab/observe/auto app.js')
  await expect(run('run', ...flags, '--', './no-such-program')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no-such-program'),
  })
})

test('a downloaded trace is imported by another console, span by span and line by line', async () => {
  const [first, second] = [await runConsole(), await runConsole()]
  const story = journey({ at: Date.now() - 5000, luck: 0.97 })
  const { traces, logs } = requestsOf([story])
  await first.send('traces', traces)
  await first.send('logs', logs)
  const file = join(newFolder(), 'trace.json')
  writeFileSync(file, JSON.stringify(await first.query('/api/export', { id: story.traceId })))
  expect(await run('import', file, '--url', second.url)).toBe(`Stored traces and logs of ${file}.\n`)
  const trace = async ({ query }: typeof first) => {
    const { spans, logs: lines } = await query('/api/trace', { id: story.traceId })
    return { spans, lines: lines.map(({ id, ...line }) => line) }
  }
  expect(await trace(second)).toEqual(await trace(first))
  writeFileSync(file, '{}')
  await expect(run('import', file, '--url', second.url)).rejects.toMatchObject({
    stderr: expect.stringContaining('is no OTLP/JSON'),
  })
})
