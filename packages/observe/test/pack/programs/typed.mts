/** A consumer in TypeScript that names the public types, so that every declaration file is loaded and checked. */

import { createServer } from 'node:http'
import { createObserve, type Observe, type ObserveOptions, observe } from '@lab/observe'
import { observeHttp } from '@lab/observe/http'
import { createTestObserve, type FinishedSpan } from '@lab/observe/testing'

const options: ObserveOptions = { service: 'typed', log: { level: 'warn' }, traces: { sampleRatio: 0.5 } }
const obs: Observe = observe(options)
const orders = obs.counter('orders', { unit: '{order}' })
const total: Promise<number> = obs.span('checkout', async () => {
  orders.add(1, { outcome: 'accepted' })
  obs.log.info({ carrier: obs.carrier() }, 'placed')
  return 1
})
createServer(observeHttp(createObserve(options), (_request, response) => response.end(String(total))))
export const names: string[] = createTestObserve().spans.map((span: FinishedSpan) => span.name)

// @ts-expect-error an unknown option
observe({ servcie: 'typed' })
