/**
 * A scrape: CPU time for all of it, and the longest time for which nothing else could run. Each in a process of its own would
 * be colder than a service is, so one process scrapes again and again and the median counts.
 */
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Child } from '@lab/bench-overhead/child'
import { estimate } from '@lab/bench-overhead/estimate'
import { adminListener, createObserve } from '@lab/observe'
import { listenLocally } from './listening.ts'
import { fill, scraped } from './series.ts'
import type { Verdict } from './verdict.ts'
import { watchLoop } from './watch.ts'

export const SCRAPES = 25
export const SCRAPER = fileURLToPath(new URL('scraper.ts', import.meta.url))

export async function measureScrapes(): Promise<Verdict[]> {
  const [small, large] = [await measureScrape(10_000), await measureScrape(100_000)]
  return [
    {
      what: 'a scrape of 10,000 series',
      found: `${small.cpuMs.toFixed(1)} ms of CPU time, ${(small.bytes / 1e6).toFixed(1)} MB`,
      bound: 'at most 8 ms',
      holds: small.cpuMs <= 8,
    },
    {
      what: 'the event loop during a scrape of 100,000 series',
      found: `blocked for ${large.blockMs.toFixed(1)} ms at most, ${large.cpuMs.toFixed(1)} ms of CPU time in all`,
      bound: 'at most 20 ms at a time',
      holds: large.blockMs <= 20,
    },
  ]
}

async function measureScrape(series: number): Promise<{ cpuMs: number; blockMs: number; bytes: number }> {
  const obs = createObserve(scraped(series))
  fill(obs, series)
  const server = createServer(adminListener(obs))
  const url = `http://127.0.0.1:${await listenLocally(server)}/metrics`
  const scraper = new Child({ args: [SCRAPER], core: 1 })
  const scrapes: { cpuMs: number; blockMs: number; bytes: number }[] = []
  for (let count = 0; count < SCRAPES; count += 1) {
    const before = process.cpuUsage()
    await obs.scrape('application/openmetrics-text')
    const { user, system } = process.cpuUsage(before)
    // Watching is work too, so it is done for a scrape of its own.
    const watch = watchLoop()
    const bytes = await scraper.request<number>(url)
    scrapes.push({ cpuMs: (user + system) / 1000, blockMs: watch.longest().wallMs, bytes })
    await sleep(20)
  }
  await scraper.end(1000)
  server.close()
  await obs.shutdown()
  const median = (pick: (scrape: (typeof scrapes)[number]) => number): number => estimate(scrapes.map(pick)).median
  return { cpuMs: median((s) => s.cpuMs), blockMs: median((s) => s.blockMs), bytes: median((s) => s.bytes) }
}
