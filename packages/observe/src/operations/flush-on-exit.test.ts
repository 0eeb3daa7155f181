/**
 * Whichever way a process ends, what it had queued arrives, and it ends as it would have without the library.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { NO_LISTENER_URL, type Receiver, startReceiver } from '@lab/test-kit/otlp-receiver'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const SPANS = 10_000
const program = fileURLToPath(new URL('../../test/programs/leaving.ts', import.meta.url))
const longerTimeouts = new URL('../../test/programs/longer-timeouts.ts', import.meta.url).href
let receiver: Receiver

beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(() => receiver.close())

interface Ending {
  code: number | null
  signal: NodeJS.Signals | null
  output: string
  leftAfterMs: number
}

/**
 * Runs the program; sends `signal` once it is ready, or disconnects where it waits for that. Where there is a backend, the program
 * waits for it however long it takes.
 */
async function leave(way: string, sending: Partial<Sending> = {}): Promise<Ending> {
  const { signal, handler = '', url, isFirst = false } = sending
  const endpoint = url ?? receiver.url
  const env = { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_BSP_SCHEDULE_DELAY: '60000' }
  const args = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning']
  if (url === undefined) args.push('--import', longerTimeouts)
  args.push(program, way, String(SPANS), handler)
  const [command, before] = isFirst ? ['unshare', [...FIRST_PROCESS, process.execPath]] : [process.execPath, []]
  const child = spawn(command, [...before, ...args], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  child.on('message', () => child.disconnect())
  let output = ''
  let leaving = performance.now()
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (signal === undefined || !text.startsWith('ready')) return
      leaving = performance.now()
      process.kill(isFirst ? firstChildOf(child) : (child.pid ?? 0), signal)
    })
  }
  const read = [child.stdout, child.stderr].map((stream) => stream && once(stream, 'close'))
  // 'close' of a child that was disconnected here never comes (Node.js 24.21).
  const [code, ended] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  await Promise.all(read)
  return { code, signal: ended, output, leftAfterMs: performance.now() - leaving }
}

/** Process 1 of a namespace of its own, as in a container without an init. */
const FIRST_PROCESS = ['--pid', '--fork', '--mount-proc', '--kill-child']
const hasNamespaces = spawnSync('unshare', [...FIRST_PROCESS, 'true']).status === 0

/** The number outside of the namespace. */
function firstChildOf({ pid }: ChildProcess): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())
}

interface Sending {
  signal: NodeJS.Signals
  handler: string
  url: string
  /** As process 1. */
  isFirst: boolean
}

function distinct() {
  return new Set(receiver.spans.map((span) => span.spanId)).size
}

describe('leaving', () => {
  test.each([
    ['natural end', {}, 0, null],
    ['shutdown()', {}, 0, null],
    ['disconnect', {}, 0, null],
    ['process.exit()', {}, 3, null],
    ['process.exit() after shutdown()', {}, 3, null],
    ['uncaught exception', {}, 1, null],
    ['unhandled rejection', {}, 1, null],
    ['signal', { signal: 'SIGTERM' }, null, 'SIGTERM'],
    ['signal', { signal: 'SIGINT' }, null, 'SIGINT'],
    ['signal', { signal: 'SIGTERM', handler: 'handler' }, 7, null],
    ['signal', { signal: 'SIGTERM', handler: 'once, before' }, 7, null],
    ['signal', { signal: 'SIGTERM', handler: 'signal-exit' }, null, 'SIGTERM'],
  ] as const)('by %s %j loses nothing', async (way, how, code, signal) => {
    const ending = await leave(way, how)
    expect(distinct()).toBe(SPANS)
    expect({ code: ending.code, signal: ending.signal }).toEqual({ code, signal })
  })

  // Without a handler of the program's a signal does not end process 1: test/termination.test.ts. Elsewhere than on Linux, and
  // without the rights, no namespace can be made.
  test.runIf(hasNamespaces).each([
    ['natural end', {}, 0],
    ['shutdown()', {}, 0],
    ['disconnect', {}, 0],
    ['process.exit()', {}, 3],
    ['process.exit() after shutdown()', {}, 3],
    ['uncaught exception', {}, 1],
    ['unhandled rejection', {}, 1],
    ['signal', { signal: 'SIGTERM', handler: 'handler' }, 7],
    ['signal', { signal: 'SIGTERM', handler: 'once, before' }, 7],
    ['signal', { signal: 'SIGINT', handler: 'interrupt' }, 7],
  ] as const)('as process 1 by %s %j loses nothing', async (way, how, code) => {
    const ending = await leave(way, { ...how, isFirst: true })
    expect(distinct()).toBe(SPANS)
    expect({ code: ending.code, signal: ending.signal }).toEqual({ code, signal: null })
  })

  test.each([
    ['process.exit()', {}, 3, null],
    ['uncaught exception', {}, 1, null],
    ['signal', { signal: 'SIGTERM' }, null, 'SIGTERM'],
  ] as const)('by %s %j without a backend ends in time and says what was lost', async (way, how, code, signal) => {
    const leaving = { ...how, url: NO_LISTENER_URL }
    const ending = await leave(way, leaving)
    expect({ code: ending.code, signal: ending.signal }).toEqual({ code, signal })
    expect(ending.output).toMatch(new RegExp(`${SPANS} spans were lost`))
    // Where the machine stood still meanwhile, another ending tells.
    if (signal === null || ending.leftAfterMs < 4000) return
    await expect.poll(async () => (await leave(way, leaving)).leftAfterMs).toBeLessThan(4000)
  })

  test('writes what is logged right before shutdown, after it and in the exit event', async () => {
    const { output } = await leave('process.exit() after shutdown()')
    const lines = output.split('\n').filter((line) => line.startsWith('{'))
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['stopped', 'the last words', 'the very last words'])
  })

  test('logs a crash as one line with its stack', async () => {
    const { output } = await leave('uncaught exception')
    const lines = output.split('\n').filter((line) => line.startsWith('{'))
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'fatal', msg: 'uncaught exception', err: { message: 'not caught', stack: expect.any(String) } },
    ])
  })
})
