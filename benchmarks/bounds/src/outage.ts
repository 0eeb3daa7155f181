/**
 * A collector that is away: two services under the same load, one with a collector, one whose collector is down and comes
 * back. Compared are memory and latency meanwhile; afterwards every request must be accounted for.
 */
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { RECEIVER } from '@lab/bench-overhead/apps'
import { Child } from '@lab/bench-overhead/child'
import type { Counts } from '@lab/bench-overhead/counts'
import { fixedRate, type RateResult } from '@lab/bench-overhead/fixed-rate'
import { megabytes } from './figures.ts'
import { listenLocally } from './listening.ts'
import { Service } from './service.ts'
import type { Verdict } from './verdict.ts'

export interface OutageOptions {
  seconds: number
  /** Requests in a second, to each service. */
  rate: number
}

const MEMORY_BYTES = 40e6
const LATENCY_RATIO = 1.1
/** The longest pause between two attempts is 15 s. */
const RECOVERY_MS = 60_000
const WARM_UP_SECONDS = 5

export async function measureOutage({ seconds, rate }: OutageOptions): Promise<Verdict[]> {
  const healthyCollector = new Child({ args: [RECEIVER], core: 1 })
  const { port } = await healthyCollector.request<{ port: number }>()
  // Holds the port of the stopped collector, so that no other program takes it and answers. It cuts each connection at once.
  const away = createServer((socket) => socket.destroy())
  const awayPort = await listenLocally(away)
  const healthy = await Service.start(port)
  const cut = await Service.start(awayPort)
  const load = (forSeconds: number): Promise<RateResult[]> =>
    Promise.all(
      [healthy, cut].map(({ origin }) => fixedRate({ origin, paths: ['/users/42'], rate, seconds: forSeconds })),
    )
  await load(WARM_UP_SECONDS)
  const [whole, without] = await load(seconds)
  const extraBytes = (await cut.figures()).peakBytes - (await healthy.figures()).peakBytes
  await new Promise((resolve) => away.close(resolve))
  const collector = new Child({ args: [RECEIVER, String(awayPort)], core: 1 })
  await collector.request<{ port: number }>()
  const backMs = performance.now()
  await load(WARM_UP_SECONDS)
  const requests = Math.round(rate * seconds) + 2 * Math.round(rate * WARM_UP_SECONDS)
  await settled(cut, requests)
  const resumedMs = performance.now() - backMs
  const counted = await cut.counts()
  const arrived = await collector.request<Counts>('counts')
  await Promise.all([healthy.end(), cut.end(), collector.end(1000), healthyCollector.end(1000)])
  const ratio = (without?.latencyMs.p99 ?? 0) / (whole?.latencyMs.p99 ?? 0)
  return [
    {
      what: `memory with the collector away for ${seconds} s at ${rate} requests/s`,
      found: `${megabytes(extraBytes)} more than with it`,
      bound: `at most ${megabytes(MEMORY_BYTES)}`,
      holds: extraBytes <= MEMORY_BYTES,
    },
    {
      what: 'p99 latency meanwhile',
      found: `${without?.latencyMs.p99.toFixed(2)} ms, ${ratio.toFixed(2)} times the ${whole?.latencyMs.p99.toFixed(2)} ms with it`,
      bound: `at most ${LATENCY_RATIO} times`,
      holds: ratio <= LATENCY_RATIO,
    },
    {
      what: 'requests afterwards',
      found: `${requests} answered = ${counted.measured} measured = ${counted.exported} spans delivered + ${counted.dropped} counted as dropped; ${arrived.requests} arrived`,
      bound: 'all equal',
      holds:
        counted.measured === requests &&
        counted.exported + counted.dropped === requests &&
        arrived.requests === counted.exported,
    },
    {
      what: 'delivery after the collector is back',
      found: `queue empty after ${(resumedMs / 1000).toFixed(0)} s of which ${WARM_UP_SECONDS} s were load`,
      bound: `at most ${RECOVERY_MS / 1000} s`,
      holds: resumedMs <= RECOVERY_MS,
    },
  ]
}

/** Waits until every request is delivered or counted as dropped. */
async function settled(service: Service, requests: number): Promise<void> {
  for (const begun = performance.now(); performance.now() - begun < RECOVERY_MS; ) {
    const { exported, dropped } = await service.counts()
    if (exported + dropped >= requests) return
    await sleep(500)
  }
}
