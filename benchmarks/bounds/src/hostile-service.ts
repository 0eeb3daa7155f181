/**
 * The service that hostile clients attack: `observe({ service })` and no collector, or with the argument `bare` without the library. It never answers a path that begins with
 * `/never`, so that what is pipelined behind it waits. Wants --expose-gc. Messages: `memory`, `counts`.
 */
import { createServer } from 'node:http'
import { setImmediate as turn } from 'node:timers/promises'
import { observe } from '@lab/observe'
import { sampleSum } from './figures.ts'
import { listenLocally } from './listening.ts'

/** Bytes after everything that can be collected is. */
export interface Memory {
  heapBytes: number
  residentBytes: number
}

/** Requests, as the server's handler and the library counted them. */
export interface RequestCounts {
  handled: number
  measured: number
  open: number
}

const obs = process.argv[2] === 'bare' ? undefined : observe({ service: 'hostile', admin: false })
let handled = 0
const server = createServer((request, response) => {
  handled += 1
  if (request.url?.startsWith('/never')) return
  response.end()
})
// A tunnel that is refused, which is no request to the handler: the responses that wait on this connection never get their turn.
server.on('connect', (_request, socket) => {
  socket.on('error', () => undefined)
  socket.destroy()
})

async function memory(): Promise<Memory> {
  for (let round = 0; round < 4; round += 1) {
    globalThis.gc?.()
    await turn()
  }
  const { heapUsed, rss } = process.memoryUsage()
  return { heapBytes: heapUsed, residentBytes: rss }
}

async function counts(): Promise<RequestCounts> {
  const body = (await obs?.scrape())?.body ?? ''
  return {
    handled,
    measured: sampleSum(body, /^http_server_request_duration_seconds_count\S* (\d+)$/gm),
    open: sampleSum(body, /^http_server_active_requests\S* (\d+)$/gm),
  }
}

process.on('message', async (question) => {
  process.send?.(await (question === 'memory' ? memory() : counts()))
})
process.on('disconnect', () => process.exit())
process.send?.({ port: await listenLocally(server) })
