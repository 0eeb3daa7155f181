/**
 * Clients that want to fill the memory of a service that has no collector: pipelines that are reset or turned into a tunnel while
 * responses wait, requests that are cut off, headers of 15 KB. Afterwards every request must have ended, and the heap must be where
 * it was. Node.js itself keeps memory resident after such a load, so the same server without the library is attacked as well.
 */
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Child } from '@lab/bench-overhead/child'
import { megabytes } from './figures.ts'
import type { Memory, RequestCounts } from './hostile-service.ts'
import type { Verdict } from './verdict.ts'

const SERVICE = fileURLToPath(new URL('hostile-service.ts', import.meta.url))
const HEAP_BYTES = 10e6
const RESIDENT_BYTES = 150e6
/** Requests on one connection. */
const PIPELINED = 50
const CONNECTIONS_AT_A_TIME = 32
const CONNECTIONS_OF_ROUND = 320
const WARM_UP_CONNECTIONS = 200
const READ_MS = 10
/** Longest time in milliseconds until the last connections are seen as closed. */
const SETTLE_MS = 30_000
/** V8 gives memory back some seconds after the last request. */
const REST_MS = 15_000
/** Twice in a request: 15 KB. */
const LONG = 'x'.repeat(7400)

/** What one connection sends. It is reset after so many answers, or a moment later where there is none. */
interface Attack {
  bytes: string
  answers: number
}

const waiting = get('/never') + get('/waiting').repeat(PIPELINED - 1)
const attacks: Attack[] = [
  { bytes: waiting, answers: 0 },
  { bytes: `${waiting}CONNECT host:1 HTTP/1.1\r\nhost: h\r\n\r\n`, answers: 0 },
  { bytes: get(`/${LONG}`, `user-agent: ${LONG}\r\n`).repeat(PIPELINED), answers: PIPELINED },
  { bytes: 'POST /never HTTP/1.1\r\nhost: h\r\ncontent-length: 9\r\n\r\nhalf', answers: 0 },
]
const ordinary: Attack = { bytes: get('/').repeat(PIPELINED), answers: PIPELINED }

export async function measureHostile(requests: number): Promise<Verdict[]> {
  const bare = await attack(requests, 'bare')
  const { quiet, after, counts, sent } = await attack(requests, 'observed')
  const heap = after.heapBytes - quiet.heapBytes
  const resident = after.residentBytes - quiet.residentBytes
  const bareResident = bare.after.residentBytes - bare.quiet.residentBytes
  return [
    {
      what: `heap after ${sent} hostile requests without a collector`,
      found: `${megabytes(quiet.heapBytes)} before, ${megabytes(heap)} more after`,
      bound: `at most ${megabytes(HEAP_BYTES)} more`,
      holds: heap <= HEAP_BYTES,
    },
    {
      what: 'resident memory after them',
      found: `${megabytes(resident)} more than before, ${megabytes(bareResident)} without the library`,
      bound: `at most ${megabytes(RESIDENT_BYTES)} between the two`,
      holds: resident - bareResident <= RESIDENT_BYTES,
    },
    {
      what: 'hostile requests that ended',
      found: `${counts.handled} handled, ${counts.measured} measured, ${counts.open} open`,
      bound: 'handled equals measured, none open',
      holds: counts.handled === counts.measured && counts.open === 0,
    },
  ]
}

interface Attacked {
  quiet: Memory
  after: Memory
  counts: RequestCounts
  /** Hostile requests that reached the handler. */
  sent: number
}

async function attack(requests: number, variant: 'bare' | 'observed'): Promise<Attacked> {
  const service = new Child({
    args: ['--expose-gc', SERVICE, variant],
    env: { NODE_ENV: 'production', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
    core: 0,
    output: (stream) => stream.resume(),
  })
  const { port } = await service.request<{ port: number }>()
  await run(port, [ordinary], WARM_UP_CONNECTIONS)
  const before = await settled(service)
  const quiet = await service.request<Memory>('memory')
  let counts = before
  while (counts.handled - before.handled < requests) {
    await run(port, attacks, CONNECTIONS_OF_ROUND)
    counts = await service.request<RequestCounts>('counts')
  }
  counts = await settled(service)
  await sleep(REST_MS)
  const after = await service.request<Memory>('memory')
  await service.end(5000)
  return { quiet, after, counts, sent: counts.handled - before.handled }
}

/** So many connections, each with the next attack. */
async function run(port: number, kinds: readonly Attack[], connections: number): Promise<void> {
  let next = 0
  async function client(): Promise<void> {
    while (next < connections) {
      const attack = kinds[next++ % kinds.length]
      if (attack !== undefined) await send(port, attack)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS_AT_A_TIME }, client))
}

function send(port: number, { bytes, answers }: Attack): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  return new Promise((resolve) => {
    socket.on('close', () => resolve())
    let answered = ''
    socket.setEncoding('latin1').on('data', (text: string) => {
      answered += text
      if (answers > 0 && answered.split('HTTP/1.1 ').length > answers) socket.resetAndDestroy()
    })
    socket.write(bytes, () => {
      // The time to read it all.
      if (answers === 0) setTimeout(() => socket.resetAndDestroy(), READ_MS)
    })
  })
}

/** Waits until no request is open, or no longer. */
async function settled(service: Child): Promise<RequestCounts> {
  const begun = performance.now()
  for (;;) {
    const counts = await service.request<RequestCounts>('counts')
    if (counts.open === 0 || performance.now() - begun > SETTLE_MS) return counts
    await sleep(500)
  }
}

function get(path: string, headers = ''): string {
  return `GET ${path} HTTP/1.1\r\nhost: h\r\n${headers}\r\n`
}
