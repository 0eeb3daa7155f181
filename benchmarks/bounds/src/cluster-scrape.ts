/**
 * A scrape of a cluster: the longest turn of the event loop in the primary process, which is this one, and in its workers. CPU
 * time is held against the bound: by the clock, a turn is also as long as the other processes of the cluster, all of which are
 * busy, keep it waiting for a core.
 */
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Child } from '@lab/bench-overhead/child'
import { estimate } from '@lab/bench-overhead/estimate'
import { adminListener, observe } from '@lab/observe'
import { listenLocally } from './listening.ts'
import { SCRAPER, SCRAPES } from './scrape.ts'
import { scraped } from './series.ts'
import type { Verdict } from './verdict.ts'
import { type Turn, watchLoop } from './watch.ts'

const SERIES = 100_000
const WORKERS = 2
const BOUND_MS = 20

export async function measureClusterScrapes(): Promise<Verdict[]> {
  const obs = observe(scraped(SERIES))
  cluster.setupPrimary({
    exec: fileURLToPath(new URL('cluster-worker.ts', import.meta.url)),
    args: [String(SERIES)],
    execArgv: [],
  })
  const workers = Array.from({ length: WORKERS }, () => cluster.fork())
  await Promise.all(workers.map((worker) => once(worker, 'message')))
  const server = createServer(adminListener(obs))
  const url = `http://127.0.0.1:${await listenLocally(server)}/metrics`
  const scraper = new Child({ args: [SCRAPER], core: 1 })
  const inPrimary: Turn[] = []
  const inWorkers: Turn[] = []
  for (let count = 0; count < SCRAPES; count += 1) {
    await requestAll(workers, 'watch')
    const watch = watchLoop()
    await scraper.request<number>(url)
    inPrimary.push(watch.longest())
    inWorkers.push(longestOf(await requestAll(workers, 'stop')))
    await sleep(20)
  }
  await scraper.end(1000)
  server.close()
  await obs.shutdown()
  const gone = workers.map((worker) => once(worker, 'exit'))
  for (const worker of workers) worker.process.kill('SIGKILL')
  await Promise.all(gone)
  const [primary, worker] = [medianOf(inPrimary), medianOf(inWorkers)]
  return [
    {
      what: `the event loops of a cluster during a scrape, ${WORKERS} workers with 100,000 series each`,
      found: `${blockText(primary)} in the primary process, ${blockText(worker)} in a worker`,
      bound: `at most ${BOUND_MS} ms of CPU time at a time`,
      holds: Math.max(primary.cpuMs, worker.cpuMs) <= BOUND_MS,
    },
  ]
}

function blockText({ wallMs, cpuMs }: Turn): string {
  return `${cpuMs.toFixed(1)} ms of CPU time at most (${wallMs.toFixed(1)} ms by the clock)`
}

function longestOf(turns: readonly Turn[]): Turn {
  return {
    wallMs: Math.max(...turns.map(({ wallMs }) => wallMs)),
    cpuMs: Math.max(...turns.map(({ cpuMs }) => cpuMs)),
  }
}

function medianOf(turns: readonly Turn[]): Turn {
  return {
    wallMs: estimate(turns.map(({ wallMs }) => wallMs)).median,
    cpuMs: estimate(turns.map(({ cpuMs }) => cpuMs)).median,
  }
}

function requestAll(workers: readonly Worker[], what: 'watch' | 'stop'): Promise<Turn[]> {
  return Promise.all(
    workers.map(async (worker) => {
      const answered = once(worker, 'message')
      worker.send(what)
      const [longest]: Turn[] = await answered
      return longest ?? { wallMs: 0, cpuMs: 0 }
    }),
  )
}
