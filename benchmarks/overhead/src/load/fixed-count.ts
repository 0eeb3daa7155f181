/** As many requests as ordered on 32 connections, by autocannon: as fast as the server answers, or no faster than a rate. */
import autocannon from 'autocannon'

export interface CountOrder {
  origin: string
  paths: string[]
  requests: number
  /** At most so many requests in a second, sent as each second begins; without it, as fast as they are answered. */
  perSecond?: number | undefined
}

export interface CountResult {
  answered: number
  failed: number
  seconds: number
}

const CONNECTIONS = 32

export async function fixedCount({ origin, paths, requests, perSecond }: CountOrder): Promise<CountResult> {
  const begun = performance.now()
  const result = await autocannon({
    url: origin,
    connections: CONNECTIONS,
    amount: requests,
    ...(perSecond === undefined ? {} : { overallRate: perSecond }),
    timeout: 60,
    // It notices its end only when it samples.
    sampleInt: 50,
    requests: paths.map((path) => ({ method: 'GET', path })),
  })
  const failed = result.errors + result.non2xx
  return { answered: result['2xx'], failed, seconds: (performance.now() - begun) / 1000 }
}
