/**
 * Bad days: the process is killed while it takes data, the disk is full, the folder or a port belongs to another one.
 */

import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Status } from '../src/contract/contract.ts'
import { ask, newFolder, runConsole, send, spawnConsole } from './running-console.ts'
import { type Journey, journey, requestsOf } from './shop.ts'

function journeys(count: number): Journey[] {
  return Array.from({ length: count }, (_, n) => journey({ at: Date.now() - 1000, luck: (n * 0.37) % 1 }))
}

test('kill -9 while exports arrive: everything acknowledged is there, twice over', async () => {
  const data = newFolder()
  const acknowledged: string[] = []
  let lines = 0
  for (const round of [1, 2]) {
    const { child, url, otlpUrl } = await spawnConsole({ data })
    const status: Status = await ask(url, '/api/status', {})
    expect([status.stored.spans, status.stored.logs > 0]).toEqual([status.stored.spans, round === 2])
    const sender = async () => {
      for (;;) {
        const batch = journeys(20)
        const { traces, logs } = requestsOf(batch)
        try {
          const [first, second] = await Promise.all([send(otlpUrl, 'traces', traces), send(otlpUrl, 'logs', logs)])
          if (first.ok) acknowledged.push(...batch.map(({ traceId }) => traceId))
          if (second.ok) lines += batch.reduce((sum, { logs: of }) => sum + [...of.values()].flat().length, 0)
        } catch {
          return
        }
      }
    }
    const senders = [sender(), sender(), sender(), sender()]
    const enough = acknowledged.length + 200
    while (acknowledged.length < enough) await setTimeout(5)
    child.kill('SIGKILL')
    await Promise.all(senders)
  }
  const { query } = await runConsole({ data })
  const { stored } = await query('/api/status', {})
  expect(stored.logs).toBeGreaterThanOrEqual(lines)
  for (const id of acknowledged) {
    const { spans } = await query('/api/trace', { id })
    expect(spans.length).toBeGreaterThanOrEqual(4)
  }
}, 90_000)

test('a restart shows what was there, and goes on', async () => {
  const data = newFolder()
  const first = await runConsole({ data })
  await first.send('traces', requestsOf(journeys(5)).traces)
  const before = await first.query('/api/status', {})
  await first.close()
  const second = await runConsole({ data })
  expect((await second.query('/api/status', {})).stored.spans).toBe(before.stored.spans)
  expect((await second.query('/api/traces', {})).traces).toHaveLength(5)
  await second.send('traces', requestsOf(journeys(5)).traces)
  expect((await second.query('/api/traces', {})).traces).toHaveLength(10)
})

test('a second console on the same folder names the first; a killed one leaves no lock', async () => {
  const data = newFolder()
  const first = await spawnConsole({ data })
  await expect(spawnConsole({ data })).rejects.toThrow(
    `exit code 1: The console with process id ${first.child.pid} (${first.url}) uses the data folder ${data}.`,
  )
  first.child.kill('SIGKILL')
  await once(first.child, 'exit')
  const second = await spawnConsole({ data })
  expect(second.url).toMatch(/^http:/)
})

test('a port in use: says which, and what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const address = other.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const advice = (option: string) =>
    `exit code 1: Port ${port} on 127.0.0.1 is in use by another program. Stop that one, or start with ${option} ${port + 1}.`
  await expect(spawnConsole({ data: newFolder(), flags: ['--port', String(port)] })).rejects.toThrow(advice('--port'))
  await expect(spawnConsole({ data: newFolder(), flags: ['--otlp-port', String(port)] })).rejects.toThrow(
    advice('--otlp-port'),
  )
  other.close()
})

test.each(['SIGTERM', 'SIGINT'] as const)('%s: what was sent is stored, and the exit code is 0', async (signal) => {
  const data = newFolder()
  const { child, url, otlpUrl } = await spawnConsole({ data })
  const live = await fetch(`${url}/api/live`)
  expect((await send(otlpUrl, 'traces', requestsOf(journeys(3)).traces)).status).toBe(200)
  child.kill(signal)
  expect(await once(child, 'exit')).toEqual([0, null])
  await live.body?.cancel().catch(() => undefined)
  const { query } = await runConsole({ data })
  expect((await query('/api/traces', {})).traces).toHaveLength(3)
})

test.each([
  ['--port', 'http', /A port is a number from 0 to 65535/],
  ['--retention', 'long', /"long" is not an age. Write 90m, 24h or 7d/],
  ['--max-size', '1kb', /too small: allow at least 20mb/],
  ['--host', '203.0.113.9', /is not an address of this machine/],
])('%s %s is refused with what to write instead', async (flag, value, reason) => {
  await expect(spawnConsole({ data: newFolder(), flags: [flag, value] })).rejects.toThrow(reason)
})

// A file system of 12 MB in a mount namespace of its own, which an ordinary user may make on most Linux machines. A third of
// it is taken by a file that is no part of the data.
const small = [
  'unshare',
  '--user',
  '--map-root-user',
  '--mount',
  'sh',
  '-c',
  'mount -t tmpfs -o size=12m small "$1" && head -c 4m /dev/zero > "$1/other" && shift && exec "$@"',
  'sh',
]
const noDisk = whyNoSmallDisk()
if (noDisk) process.stdout.write(`A full disk is not tested: ${noDisk}\n`)

test.skipIf(noDisk)(
  'a full disk: 503 with Retry-After; what is stored is shown, and with room again more is taken',
  async () => {
    const data = newFolder()
    const { child, url, otlpUrl } = await spawnConsole({ data, under: [...small, data] })
    let full: Response | undefined
    for (let sent = 0; sent < 200 && !full; sent++) {
      const answer = await send(otlpUrl, 'traces', requestsOf(journeys(100)).traces)
      if (answer.status !== 200) full = answer
    }
    expect([full?.status, full?.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await full?.text()).toMatch(/could not write to .*full/)
    expect((await ask(url, '/api/traces', {})).traces).toHaveLength(50)
    const { refused } = await ask(url, '/api/status', {})
    expect(refused[0]?.reason).toMatch(/could not write/)

    const before = await ask(url, '/api/status', {})
    rmSync(`/proc/${child.pid}/root${data}/other`)
    await expect.poll(async () => (await send(otlpUrl, 'traces', requestsOf(journeys(100)).traces)).status).toBe(200)
    expect((await ask(url, '/api/status', {})).stored.spans).toBeGreaterThan(before.stored.spans)
  },
)

function whyNoSmallDisk(): string {
  try {
    execFileSync(small[0] ?? '', [...small.slice(1), '/mnt', 'true'], { stdio: 'pipe' })
    return ''
  } catch (error) {
    return `this machine does not let a user mount a small file system (${error instanceof Error ? error.message.split('\n')[0] : error})`
  }
}
