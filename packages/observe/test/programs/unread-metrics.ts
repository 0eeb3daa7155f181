/**
 * Records ever new series by the library's instruments and by OpenTelemetry's API, while no reader takes the metrics; driven by
 * unread-metrics.test.ts. Says what it holds after the first rounds and after the last. Wants --expose-gc.
 */
import { metrics } from '@opentelemetry/api'
import { observe } from '../../src/index.ts'

const WARM_UP = 10
const ROUNDS = 40
const SERIES = 3000

const [, , isPushing = ''] = process.argv
const obs = observe({ service: 'unread', traces: false, log: { level: 'silent' } })
const meter = metrics.getMeter('app')
const counters = [obs.counter('ours'), meter.createCounter('theirs')]
const histograms = [obs.histogram('ours.size'), meter.createHistogram('theirs.size')]
let round = 0
let wake: () => void = () => undefined
meter.createObservableCounter('observed').addCallback((result) => {
  for (let index = 0; index < SERIES; index += 1) result.observe(round, { id: round * SERIES + index })
  wake()
})

async function record(rounds: number): Promise<void> {
  for (const end = round + rounds; round < end; round += 1) {
    for (let index = 0; index < SERIES; index += 1) {
      const labels = { id: round * SERIES + index }
      for (const counter of counters) counter.add(1, labels)
      for (const histogram of histograms) histogram.record(1, labels)
    }
    await new Promise<void>((resolve) => {
      wake = resolve
      if (isPushing === '') setImmediate(resolve)
    })
  }
}

/** The least of several readings, since one may fall into a push that is under way. */
async function held(): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let reading = 0; reading < 8; reading += 1) {
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    globalThis.gc?.()
    const { heapUsed, external } = process.memoryUsage()
    least = Math.min(least, heapUsed + external)
  }
  return least
}

// What pushes the metrics keeps no process alive.
const alive = setInterval(() => undefined, 1000)
await record(WARM_UP)
const before = await held()
await record(ROUNDS)
process.stdout.write(`${JSON.stringify({ round, before, after: await held() })}\n`)
clearInterval(alive)
