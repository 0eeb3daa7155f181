/**
 * The process that is measured: `server.cjs FRAMEWORK VARIANT`. It tells its port when it listens, and its figures whenever
 * it is asked; everything else is the app's and the variant's.
 */
import type { Server } from 'node:http'
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks'
import type { StartApp } from './apps/app.ts'
import type { Figures } from './figures.ts'
import { toolsOf } from './variants.ts'

// Each app is loaded only when it is measured; the bundler makes a plain require of each import.
const apps: Record<string, () => Promise<StartApp>> = {
  http: async () => (await import('./apps/http.ts')).startHttp,
  express: async () => (await import('./apps/express.ts')).startExpress,
  fastify: async () => (await import('./apps/fastify.ts')).startFastify,
  koa: async () => (await import('./apps/koa.ts')).startKoa,
  hono: async () => (await import('./apps/hono.ts')).startHono,
  nest: async () => (await import('./apps/nest.ts')).startNest,
  query: async () => (await import('./apps/work.ts')).startQuery,
  call: async () => (await import('./apps/work.ts')).startCall,
  request: async () => (await import('./apps/work.ts')).startRequest,
  logs: async () => (await import('./apps/work.ts')).startLogs,
  real: async () => (await import('./apps/work.ts')).startReal,
}

const [framework = '', variant = '', routes = '0', maxSeries] = process.argv.slice(2)
const delay = monitorEventLoopDelay({ resolution: 5 })
let collections = 0
const collector = new PerformanceObserver((list) => {
  collections += list.getEntries().length
})

function figures(): Figures {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  const { heapUsed, rss } = process.memoryUsage()
  const figures = {
    cpuUs: userCPUTime + systemCPUTime,
    peakBytes: maxRSS * 1024,
    residentBytes: rss,
    heapBytes: heapUsed,
    collections,
    delayMs: { p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 },
  }
  delay.reset()
  return figures
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function main(): Promise<void> {
  const start = await apps[framework]?.()
  if (start === undefined) throw new Error(`there is no app "${framework}"`)
  const tools = await toolsOf(variant, maxSeries === undefined ? undefined : Number(maxSeries))
  const server = await start({ ...tools, routes: Number(routes) })
  process.on('message', (question) => {
    if (question === 'figures') process.send?.(figures())
    if (question === 'watch') {
      delay.enable()
      collector.observe({ entryTypes: ['gc'] })
    }
  })
  // The benchmark is gone: so is its server.
  process.on('disconnect', () => process.exit())
  process.send?.({ port: portOf(server) })
}

void main()
