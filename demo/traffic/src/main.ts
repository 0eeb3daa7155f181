/**
 * The shoppers: come at the start, leave at once on SIGTERM or SIGINT.
 */

import { readEnvironment, runProgram, serviceUrl } from '@demo/chassis'
import { observe } from '@lab/observe'
import { z } from 'zod'
import { runShoppers } from './shoppers.ts'

const settings = z.object({
  GATEWAY_URL: serviceUrl('gateway'),
  SHOPPERS: z.coerce
    .number('expected a whole number')
    .int('expected a whole number')
    .min(1, 'expected 1 at least')
    .max(1000, 'expected 1000 at most')
    .default(5),
})

await runProgram({
  async serve() {
    const { GATEWAY_URL: gatewayUrl, SHOPPERS: shoppers } = readEnvironment(settings)
    const obs = observe({ service: 'traffic' })
    const closing = new AbortController()
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => closing.abort())
    obs.log.info(`${shoppers} shoppers at ${gatewayUrl}`)
    await runShoppers({ obs, gatewayUrl, shoppers, signal: closing.signal })
    await obs.shutdown()
  },
})
